using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace FlowRuns.Connections;

/// <summary>Seals secrets with AES-256-GCM. Each has a data key of its own, which the key file's current key wraps.</summary>
/// <remarks>The text is <c>v1.keyId.wrappedKey.sealed</c> in base64url. Version, key id and context are associated data of both parts,
/// so neither can be moved to another secret.</remarks>
sealed class SecretBox
{
    const string Version = "v1";
    const int DataKeyLength = 32;
    static readonly int NonceLength = AesGcm.NonceByteSizes.MaxSize;
    static readonly int TagLength = AesGcm.TagByteSizes.MaxSize;

    readonly KeyRing _keys;

    SecretBox(KeyRing keys)
    {
        _keys = keys;
    }

    /// <summary>Opens with the keys of a file, see <see cref="KeyRing"/>; makes the file, readable by its owner only, when it is missing.</summary>
    public static SecretBox Open(string keyFile) => new(KeyRing.Open(keyFile));

    /// <param name="context">What the secret belongs to, such as project, connection and field. Needed again to unseal.</param>
    public string Seal(string plaintext, string context)
    {
        var bound = Bound(_keys.CurrentId, context);
        var dataKey = RandomNumberGenerator.GetBytes(DataKeyLength);
        try
        {
            var wrapped = Encrypt(_keys.Find(_keys.CurrentId)!, dataKey, bound);
            var sealedText = Encrypt(dataKey, Encoding.UTF8.GetBytes(plaintext), bound);
            return $"{Version}.{_keys.CurrentId}.{Base64Url.EncodeToString(wrapped)}.{Base64Url.EncodeToString(sealedText)}";
        }
        finally
        {
            CryptographicOperations.ZeroMemory(dataKey);
        }
    }

    /// <exception cref="CryptographicException">The key is not in the key file, or ciphertext or context are not what was sealed.</exception>
    public string Unseal(string ciphertext, string context)
    {
        var parts = ciphertext.Split('.');
        if (parts is not [Version, var keyId, var wrapped, var sealedText] || !Base64Url.IsValid(wrapped) || !Base64Url.IsValid(sealedText))
            throw new CryptographicException("The secret cannot be read: it is not of the form that this version of the program seals.");
        if (_keys.Find(keyId) is not { } key)
            throw new CryptographicException($"The secret cannot be read: it was sealed with the key '{keyId}', which the key file no longer holds. Add that key's line again, below the first.");

        var bound = Bound(keyId, context);
        var dataKey = Decrypt(key, wrapped, bound);
        try
        {
            return Encoding.UTF8.GetString(Decrypt(dataKey, sealedText, bound));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(dataKey);
        }
    }

    /// <summary>A key of 32 bytes for another purpose, the same for every process with this current key; it says nothing about the key itself.</summary>
    public byte[] DeriveKey(string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _keys.Find(_keys.CurrentId)!, DataKeyLength, info: Encoding.UTF8.GetBytes(purpose));

    static byte[] Bound(string keyId, string context) => Encoding.UTF8.GetBytes($"{Version}\n{keyId}\n{context}");

    static byte[] Encrypt(byte[] key, byte[] plain, byte[] bound)
    {
        var result = new byte[NonceLength + plain.Length + TagLength];
        var nonce = result.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(key, TagLength);
        cipher.Encrypt(nonce, plain, result.AsSpan(NonceLength, plain.Length), result.AsSpan(NonceLength + plain.Length), bound);
        return result;
    }

    static byte[] Decrypt(byte[] key, string text, byte[] bound)
    {
        var bytes = Base64Url.DecodeFromChars(text);
        var length = bytes.Length - NonceLength - TagLength;
        try
        {
            using var cipher = new AesGcm(key, TagLength);
            var plain = new byte[Math.Max(0, length)];
            cipher.Decrypt(bytes.AsSpan(0, NonceLength), bytes.AsSpan(NonceLength, plain.Length), bytes.AsSpan(NonceLength + plain.Length), plain, bound);
            return plain;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new CryptographicException("The secret cannot be read: it was altered, belongs to something else, or the key file's key of that id is another one.", e);
        }
    }
}
