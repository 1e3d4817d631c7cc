namespace FlowRuns.Failover.Tests.Readme;

/// <summary>The repository's files, without what building and running made of them.</summary>
sealed class RepositoryCopy : IDisposable
{
    static readonly string[] Left = [".git", ".vs", ".idea", "bin", "obj", "data", "artifacts", "TestResults", "node_modules"];

    public RepositoryCopy(string source) => Copy(new(source), Root);

    public string Root { get; } = Directory.CreateTempSubdirectory("flowruns-readme-").FullName;

    public void Dispose() => Directory.Delete(Root, recursive: true);

    static void Copy(DirectoryInfo source, string target)
    {
        Directory.CreateDirectory(target);
        foreach (var file in source.EnumerateFiles().Where(file => !Left.Contains(file.Name)))
            file.CopyTo(Path.Combine(target, file.Name));
        foreach (var directory in source.EnumerateDirectories().Where(directory => !Left.Contains(directory.Name)))
            Copy(directory, Path.Combine(target, directory.Name));
    }
}
