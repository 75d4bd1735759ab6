using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Identity.Bearer;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>
/// The texts of codes and opaque tokens: a prefix that names the kind, and 256 bits in base64url. The prefix lets secret scanners and the gateway's
/// own checks recognize a leaked value.
/// </summary>
internal static class CredentialText
{
    /// <summary>The prefix of authorization codes.</summary>
    public const string CodePrefix = "ghc_";

    /// <summary>The prefix of refresh tokens.</summary>
    public const string RefreshPrefix = "ghr_";

    /// <summary>The prefix of access tokens.</summary>
    public const string AccessPrefix = "gha_";

    /// <summary>The number of characters of every value.</summary>
    public const int Length = PrefixLength + ValueLength;

    private const int PrefixLength = 4;
    private const int ValueLength = 43;
    private const int ValueBytes = 32;

    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Makes a new value of a kind.</summary>
    public static SecretText New(string prefix)
    {
        Span<byte> value = stackalloc byte[ValueBytes];
        Span<char> text = stackalloc char[Length];
        RandomNumberGenerator.Fill(value);
        prefix.CopyTo(text);
        Base64Url.EncodeToChars(value, text[PrefixLength..]);
        var secret = new SecretText(text);
        text.Clear();
        value.Clear();
        return secret;
    }

    /// <summary>Returns whether a text has the form of a value of the kind.</summary>
    public static bool Is(string prefix, ReadOnlySpan<char> text) =>
        text.Length == Length && text.StartsWith(prefix, StringComparison.Ordinal) && !text[PrefixLength..].ContainsAnyExcept(Alphabet);

    /// <summary>Returns the kind of credential whose form a text has; null for any other text.</summary>
    public static CredentialKind? KindOf(ReadOnlySpan<char> text)
    {
        if (Is(CodePrefix, text))
            return CredentialKind.AuthorizationCode;
        if (Is(RefreshPrefix, text))
            return CredentialKind.RefreshToken;
        return Is(AccessPrefix, text) ? CredentialKind.AccessToken : null;
    }

    /// <summary>Returns the SHA-256 of a value, under which the store has it.</summary>
    public static byte[] Digest(ReadOnlySpan<char> text)
    {
        Span<byte> bytes = stackalloc byte[Length];
        try
        {
            return text.Length == Length && Ascii.FromUtf16(text, bytes, out _) == OperationStatus.Done
                ? SHA256.HashData(bytes) : throw new ArgumentException("The text has not the form of a credential.", nameof(text));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}
