using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace FlowRuns.Connections;

/// <summary>The keys of a key file: lines of <c>id:base64key</c> with 32 bytes each; empty lines and lines that begin with <c>#</c> are skipped.
/// The first key is current, the others still open what they once sealed.</summary>
sealed class KeyRing
{
    const int KeyLength = 32;
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    readonly ImmutableDictionary<string, byte[]> _keys;

    KeyRing(string currentId, ImmutableDictionary<string, byte[]> keys)
    {
        CurrentId = currentId;
        _keys = keys;
    }

    public string CurrentId { get; }

    public byte[]? Find(string id) => _keys.GetValueOrDefault(id);

    /// <summary>Reads the file, and makes it with a first key when it is missing.</summary>
    public static KeyRing Open(string path)
    {
        var file = Path.GetFullPath(path);
        if (!File.Exists(file))
            Make(file);
        return Read(file);
    }

    static KeyRing Read(string file)
    {
        var lines = File.ReadAllLines(file).Select((text, index) => (Text: text.Trim(), Number: index + 1)).Where(line => line.Text.Length > 0 && line.Text[0] != '#').ToList();
        if (lines.Count == 0)
            throw new InvalidDataException($"The key file {file} holds no key: restore it from a backup, or delete it to begin with a new key that cannot open older secrets.");

        var keys = ImmutableDictionary.CreateBuilder<string, byte[]>();
        foreach (var (text, number) in lines)
        {
            var colon = text.IndexOf(':');
            var key = new byte[KeyLength];
            if (colon <= 0 || !text[..colon].All(IsIdCharacter) || !Convert.TryFromBase64String(text[(colon + 1)..], key, out var length) || length != KeyLength)
                throw new InvalidDataException($"Line {number} of the key file {file} is not of the form id:key, with an id of letters, digits and hyphens and a key of 32 bytes in base64.");
            if (!keys.TryAdd(text[..colon], key))
                throw new InvalidDataException($"Line {number} of the key file {file} gives the id '{text[..colon]}' a second time: every key needs an id of its own.");
        }

        return new KeyRing(lines[0].Text[..lines[0].Text.IndexOf(':')], keys.ToImmutable());
    }

    static bool IsIdCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c == '-';

    /// <summary>Writes beside the file and renames, under a lock that dies with its process: a crash leaves no half of a key file, and of two makers one wins.</summary>
    static void Make(string file)
    {
        var directory = Path.GetDirectoryName(file)!;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory);
        else
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        // Not the key file itself: whoever reads that while it is locked would fail.
        var lockFile = file + ".lock";
        FileStream? locked = null;
        if (!SpinWait.SpinUntil(() => (locked = TryLock(file, lockFile)) is not null, LongestWait))
            throw new IOException($"The key file {file} could not be made: another process has held {lockFile} for {LongestWait.TotalSeconds} s.");

        using (locked)
        {
            // Whoever finds the key file made was too late, whichever lock file it holds: hence this one may go.
            if (!File.Exists(file))
                WriteFirst(file);
            File.Delete(lockFile);
        }
    }

    static void WriteFirst(string file)
    {
        var draft = file + ".new";
        using var stream = new FileStream(draft, Private(FileMode.Create, FileShare.Read));
        stream.Write(Encoding.ASCII.GetBytes($"k{RandomNumberGenerator.GetHexString(8, lowercase: true)}:{Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyLength))}\n"));
        stream.Flush(flushToDisk: true);
        File.Move(draft, file);
        // Journaling file systems make the new name durable along with the file.
        stream.Flush(flushToDisk: true);
    }

    static FileStream? TryLock(string file, string lockFile)
    {
        try
        {
            return new FileStream(lockFile, Private(FileMode.OpenOrCreate, FileShare.None));
        }
        catch (IOException) when (File.Exists(lockFile) || File.Exists(file))
        {
            return null;
        }
    }

    static FileStreamOptions Private(FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = share };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }
}
