using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Gatehouse.Audit.Tree.Notes;

/// <summary>A public key that verifies signatures of notes (C2SP signed-note, "Verifier keys").</summary>
public abstract class NoteKey
{
    /// <summary>The most characters of the text form that is read.</summary>
    public const int MostCharacters = 4096;

    private protected NoteKey(string name, byte[] material)
    {
        if (!IsName(name)) throw new ArgumentException("The name of a key is not empty and has no space and no plus sign.", nameof(name));
        (Name, Material) = (name, material);
    }

    /// <summary>The name: for a log its origin, for a witness the name of the witness.</summary>
    public string Name { get; }

    /// <summary>The short id that signatures carry.</summary>
    public abstract uint Id { get; }

    /// <summary>True for the key of a cosignature, which carries a time (C2SP tlog-cosignature).</summary>
    public virtual bool IsCosigner => false;

    /// <summary>True where this system has the cryptography to verify with the key.</summary>
    public virtual bool IsSupported => true;

    /// <summary>The byte of the type and the bytes of the public key.</summary>
    private protected byte[] Material { get; }

    /// <summary>
    /// Reads a key from its text, <c>name+id+base64</c>. It is Ed25519 (type 0x01), ECDSA P-256 (0x02), the key of a witness that cosigns with
    /// Ed25519
    /// (0x04), or with P-256 (0xff with an identifier of Gatehouse).
    /// </summary>
    /// <returns>False with the reason where it is none.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out NoteKey? key, [NotNullWhen(false)] out string? fault)
    {
        ArgumentNullException.ThrowIfNull(text);
        (key, fault) = (null, "a verifier key has the form name+id+base64 (C2SP signed-note)");
        if (text.Length > MostCharacters || text.Split('+', 3) is not [var name, var id, var encoded]) return false;
        if (!IsName(name) || !TryParseId(id, out var number) || !CanonicalBase64.TryDecode(encoded, out var material)
            || material.Length < 2) return false;
        try
        {
            key = Of(name, material);
        }
        catch (CryptographicException)
        {
            fault = "the public key is no key on the curve P-256";
            return false;
        }

        if (key is null)
        {
            fault = "the type of the key is not Ed25519 (01), ECDSA P-256 (02) or a cosignature of a witness (04, ff)";
            return false;
        }

        if (key.Id == number) return true;
        (key, fault) = (null, "the id does not belong to this name and public key");
        return false;
    }

    /// <summary>Returns whether a note may name a key so: not empty, no white space, no plus sign, no control character.</summary>
    public static bool IsName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length > 0 && !name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c == '+');
    }

    /// <summary>Returns whether the signature is of this key over the text.</summary>
    public abstract bool Verifies(string text, ReadOnlySpan<byte> signature);

    /// <summary>Returns the key as text, <c>name+id+base64</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Name}+{Id:x8}+{Convert.ToBase64String(Material)}");

    private protected static uint ShortHash(params ReadOnlySpan<byte> bytes)
    {
        Span<byte> digest = stackalloc byte[TreeHash.Length];
        SHA256.HashData(bytes, digest);
        return BinaryPrimitives.ReadUInt32BigEndian(digest);
    }

    /// <summary>The id that the specification recommends: over the name, a line feed, the type and the public key.</summary>
    private protected static uint NamedId(string name, ReadOnlySpan<byte> material) =>
        ShortHash([.. Encoding.UTF8.GetBytes(name), (byte)'\n', .. material]);

    private static NoteKey? Of(string name, byte[] material) => material[0] switch
    {
        Ed25519NoteKey.Type when material.Length == 1 + Ed25519.KeyBytes => new Ed25519NoteKey(name, material),
        EcdsaNoteKey.Type => new EcdsaNoteKey(name, material),
        Ed25519Cosigner.Type when material.Length == 1 + Ed25519.KeyBytes => new Ed25519Cosigner(name, material),
        EcdsaCosigner.Type when material.AsSpan().StartsWith(EcdsaCosigner.Prefix) => new EcdsaCosigner(name, material),
        _ => null,
    };

    private static bool TryParseId(string text, out uint id)
    {
        id = 0;
        return text.Length == 8 && text.All(char.IsAsciiHexDigitLower)
            && uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out id);
    }
}
