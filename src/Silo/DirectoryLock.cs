using FlowRuns.Gateway.Host;

namespace FlowRuns.Silo;

/// <summary>Keeps a second process off a data directory. The system releases it when the process ends, however it ends.</summary>
sealed class DirectoryLock : IDisposable
{
    readonly FileStream _file;

    DirectoryLock(FileStream file) => _file = file;

    public static DirectoryLock Take(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
            return new DirectoryLock(new FileStream(Path.Combine(directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException)
        {
            throw new StartupException($"the data directory {directory} cannot be written; choose another one with FlowRuns:DataDirectory.");
        }
        catch (IOException)
        {
            throw new StartupException($"another FlowRuns process is using the data directory {directory}; stop it, or choose another directory with FlowRuns:DataDirectory.");
        }
    }

    public void Dispose() => _file.Dispose();
}
