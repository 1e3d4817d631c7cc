using System.Security.Cryptography;
using FlowRuns.Connections;

namespace FlowRuns.Grains.Tests;

public sealed class SecretBoxTests : IDisposable
{
    const string Context = "proj_1/conn_1/value";
    readonly string _directory = Directory.CreateTempSubdirectory().FullName;

    string KeyFile => Path.Combine(_directory, "keys", "encryption.key");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("")]
    [InlineData("xoxb-1234")]
    [InlineData("grüße \"quoted\" \0 🚀")]
    public void Unseal_SameContext_GivesThePlaintext(string plaintext)
    {
        var box = SecretBox.Open(KeyFile);

        Assert.Equal(plaintext, SecretBox.Open(KeyFile).Unseal(box.Seal(plaintext, Context), Context));
    }

    [Fact]
    public void Seal_Twice_NeverGivesTheSameTextNorThePlaintext()
    {
        var box = SecretBox.Open(KeyFile);
        var sealedTexts = Enumerable.Range(0, 100).Select(_ => box.Seal("password", Context)).ToList();

        Assert.Equal(100, sealedTexts.Distinct().Count());
        Assert.DoesNotContain(sealedTexts, text => text.Contains("password"));
    }

    [Fact]
    public void Unseal_OtherContext_Throws()
    {
        var box = SecretBox.Open(KeyFile);
        var sealedText = box.Seal("password", Context);

        Assert.Throws<CryptographicException>(() => box.Unseal(sealedText, "proj_1/conn_2/value"));
    }

    [Fact]
    public void Unseal_AnyCharacterAltered_Throws()
    {
        var box = SecretBox.Open(KeyFile);
        var sealedText = box.Seal("password", Context);

        for (var at = 0; at < sealedText.Length; at++)
        {
            var altered = $"{sealedText[..at]}{(sealedText[at] == 'A' ? 'B' : 'A')}{sealedText[(at + 1)..]}";
            Assert.Throws<CryptographicException>(() => box.Unseal(altered, Context));
        }

        Assert.Throws<CryptographicException>(() => box.Unseal(sealedText[..^6], Context));
        Assert.Throws<CryptographicException>(() => box.Unseal("", Context));
    }

    [Fact]
    public void Unseal_PartsOfTwoSecretsMixed_Throws()
    {
        var box = SecretBox.Open(KeyFile);
        var (one, other) = (box.Seal("one", Context).Split('.'), box.Seal("other", Context).Split('.'));

        Assert.Throws<CryptographicException>(() => box.Unseal(string.Join('.', one[0], one[1], one[2], other[3]), Context));
    }

    [Fact]
    public void KeyFile_NewFirstLine_SealsAnewAndStillOpensTheOld()
    {
        var old = SecretBox.Open(KeyFile).Seal("password", Context);
        var oldLine = File.ReadAllText(KeyFile);
        File.WriteAllText(KeyFile, $"# rotated\nnew-key:{Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}\n\n{oldLine}");

        var rotated = SecretBox.Open(KeyFile);

        Assert.Equal("password", rotated.Unseal(old, Context));
        Assert.StartsWith("v1.new-key.", rotated.Seal("password", Context));
    }

    [Fact]
    public void Unseal_KeyGoneFromTheFile_NamesTheKey()
    {
        var sealedText = SecretBox.Open(KeyFile).Seal("password", Context);
        File.WriteAllText(KeyFile, $"other:{Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}");

        var error = Assert.Throws<CryptographicException>(() => SecretBox.Open(KeyFile).Unseal(sealedText, Context));

        Assert.Contains(sealedText.Split('.')[1], error.Message);
        Assert.Contains("key file", error.Message);
    }

    [Fact]
    public void KeyFile_Made_IsItsOwnersOnly()
    {
        if (OperatingSystem.IsWindows())
            return;

        SecretBox.Open(KeyFile);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(KeyFile)!));
        Assert.Equal([KeyFile], Directory.GetFiles(Path.GetDirectoryName(KeyFile)!));
    }

    [Fact]
    public void KeyFile_HalfWrittenByACrashedMaker_IsMadeAnew()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(KeyFile)!);
        File.WriteAllText($"{KeyFile}.new", "k1:AAAA and much more text than a key has, so that a remainder would show after it was written over");

        var box = SecretBox.Open(KeyFile);

        Assert.Equal("password", SecretBox.Open(KeyFile).Unseal(box.Seal("password", Context), Context));
        Assert.Single(File.ReadAllLines(KeyFile));
    }

    [Fact]
    public async Task KeyFile_MadeByManyAtOnce_IsOneKey()
    {
        using var together = new Barrier(8);
        var threads = Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
            () =>
            {
                together.SignalAndWait();
                return SecretBox.Open(KeyFile).Seal("password", Context);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default));

        var sealedTexts = await Task.WhenAll(threads);

        var box = SecretBox.Open(KeyFile);
        Assert.All(sealedTexts, text => Assert.Equal("password", box.Unseal(text, Context)));
    }

    [Theory]
    [InlineData("", "holds no key")]
    [InlineData("no colon", "Line 1")]
    [InlineData("k1:dG9vIHNob3J0", "32 bytes")]
    [InlineData("# comment\nk.1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "Line 2")]
    [InlineData("k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nk1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "second time")]
    public void KeyFile_NotOfTheForm_SaysWhere(string content, string expected)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(KeyFile)!);
        File.WriteAllText(KeyFile, content);

        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => SecretBox.Open(KeyFile)).Message);
    }
}
