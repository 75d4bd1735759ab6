using System.Security.Cryptography;
using System.Text;

namespace Gatehouse.Audit;

/// <summary>
/// The request of an exchange, sealed under a key of its subject. It is kept beside the log, whole, and its entry names the digest of the sealed
/// bytes. Anyone can check that it is the same, and the digest says nothing about the content.
/// </summary>
public sealed class AuditPayload
{
    /// <summary>The message, byte by byte as it arrived.</summary>
    public const string Whole = "message";

    /// <summary>The message without the whitespace between its parts, which has no meaning.</summary>
    public const string WithoutBlanks = "message-without-blanks";

    private string? digest;

    /// <summary>Creates a payload.</summary>
    /// <param name="sealedText">The sealed bytes in base64url, at most <see cref="AuditEntryFormat.MostSealed"/> characters.</param>
    /// <param name="form">The form of the message before it was sealed: <see cref="Whole"/> or <see cref="WithoutBlanks"/>.</param>
    /// <param name="length">Its bytes before it was sealed.</param>
    /// <exception cref="ArgumentException">It is longer than what is kept: it is never cut.</exception>
    public AuditPayload(string sealedText, string form, int length)
    {
        ArgumentNullException.ThrowIfNull(sealedText);
        if (sealedText.Length > AuditEntryFormat.MostSealed)
            throw new ArgumentException("The sealed payload is longer than what is kept.", nameof(sealedText));
        (Bytes, Form, Length) = (Encoding.ASCII.GetBytes(sealedText), form, length);
    }

    /// <summary>The bytes to keep.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The form of the message before it was sealed.</summary>
    public string Form { get; }

    /// <summary>Bytes of the message before it was sealed.</summary>
    public int Length { get; }

    /// <summary>SHA-256 of <see cref="Bytes"/>, in lowercase hexadecimal digits.</summary>
    public string Digest => digest ??= Convert.ToHexStringLower(SHA256.HashData(Bytes.Span));
}
