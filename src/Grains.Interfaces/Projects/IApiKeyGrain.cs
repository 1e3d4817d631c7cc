namespace FlowRuns.Projects;

/// <summary>Whom one API key stands for. Keyed by <see cref="KeyOf"/>, so that the key itself is stored nowhere.</summary>
[Alias("flowruns.IApiKeyGrain")]
public interface IApiKeyGrain : IGrainWithStringKey
{
    /// <summary>Null when the key is unknown, revoked or expired. Asked on every request: a revocation acts at once everywhere.</summary>
    [Alias("authenticate")]
    Task<ApiKeyIdentity?> AuthenticateAsync();

    /// <summary>For the project's grain: makes the key known; a repeat changes nothing.</summary>
    [Alias("grant")]
    Task GrantAsync(ApiKeyIdentity identity, DateTimeOffset? expires);

    /// <summary>For the project's grain: from now on the key is unknown.</summary>
    [Alias("revoke")]
    Task RevokeAsync();

    /// <summary>The grain key of an API key: a prefix, since Orleans' storage takes keys of hex digits only for numbers, and the SHA-256 of its text.</summary>
    static string KeyOf(string apiKey) => $"apikey_{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(apiKey)))}";

    /// <summary>A new key of 256 random bits.</summary>
    static string NewKey() => $"fs_live_{Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32))}";

    /// <summary>Whether the text has a key's form: 32 to 128 letters, digits and <c>_</c> after <c>fs_live_</c> or <c>fs_test_</c> included.</summary>
    static bool IsKey(string text) =>
        text.Length is >= 32 and <= 128
        && (text.StartsWith("fs_live_") || text.StartsWith("fs_test_"))
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
