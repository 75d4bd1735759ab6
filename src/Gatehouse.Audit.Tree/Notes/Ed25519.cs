using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Gatehouse.Audit.Tree.Notes;

/// <summary>
/// Ed25519 (RFC 8032) by the system's libcrypto, which .NET needs on Linux in any case. The runtime itself has no Ed25519. Elsewhere it is not
/// supported: notes have a signature on P-256 as well.
/// </summary>
internal static partial class Ed25519
{
    /// <summary>The bytes of a public key, and of a seed.</summary>
    public const int KeyBytes = 32;

    private const int SignatureBytes = 64;
    private const int Type = 1087; // NID_ED25519 = EVP_PKEY_ED25519, obj_mac.h
    private const string Library = "libcrypto.so.3";

    /// <summary>True where the library is there and knows the algorithm.</summary>
    public static bool IsSupported { get; } = Probe();

    /// <summary>Returns the public key of a seed.</summary>
    /// <exception cref="PlatformNotSupportedException">It is not supported here.</exception>
    public static byte[] PublicKey(ReadOnlySpan<byte> seed)
    {
        Require();
        var key = Private(seed);
        try
        {
            var bytes = new byte[KeyBytes];
            nuint length = KeyBytes;
            if (EVP_PKEY_get_raw_public_key(key, bytes, ref length) != 1 || length != KeyBytes) throw Failure();
            return bytes;
        }
        finally
        {
            EVP_PKEY_free(key);
        }
    }

    /// <summary>Signs a message.</summary>
    /// <exception cref="PlatformNotSupportedException">It is not supported here.</exception>
    public static byte[] Sign(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> message)
    {
        Require();
        var key = Private(seed);
        var context = EVP_MD_CTX_new();
        try
        {
            var signature = new byte[SignatureBytes];
            nuint length = SignatureBytes;
            if (EVP_DigestSignInit(context, 0, 0, 0, key) != 1
                || EVP_DigestSign(context, signature, ref length, message, (nuint)message.Length) != 1
                || length != SignatureBytes) throw Failure();
            return signature;
        }
        finally
        {
            EVP_MD_CTX_free(context);
            EVP_PKEY_free(key);
        }
    }

    /// <summary>Returns whether the signature is of the key over the message. False where it is not supported here.</summary>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (!IsSupported || signature.Length != SignatureBytes) return false;
        var key = EVP_PKEY_new_raw_public_key(Type, 0, publicKey, (nuint)publicKey.Length);
        if (key == 0) return false;
        var context = EVP_MD_CTX_new();
        try
        {
            return EVP_DigestVerifyInit(context, 0, 0, 0, key) == 1
                && EVP_DigestVerify(context, signature, (nuint)signature.Length, message, (nuint)message.Length) == 1;
        }
        finally
        {
            EVP_MD_CTX_free(context);
            EVP_PKEY_free(key);
        }
    }

    private static nint Private(ReadOnlySpan<byte> seed)
    {
        if (seed.Length != KeyBytes) throw new ArgumentException("A seed has 32 bytes.", nameof(seed));
        var key = EVP_PKEY_new_raw_private_key(Type, 0, seed, (nuint)seed.Length);
        return key != 0 ? key : throw Failure();
    }

    private static void Require()
    {
        if (!IsSupported) throw new PlatformNotSupportedException("This system has no libcrypto with Ed25519.");
    }

    private static CryptographicException Failure() => new("libcrypto refused the operation on an Ed25519 key.");

    private static bool Probe()
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad(Library, out _)) return false;
        try
        {
            var key = EVP_PKEY_new_raw_private_key(Type, 0, new byte[KeyBytes], KeyBytes);
            if (key == 0) return false; // a build that is limited to FIPS algorithms
            EVP_PKEY_free(key);
            return true;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport(Library)]
    private static partial nint EVP_PKEY_new_raw_private_key(int type, nint engine, ReadOnlySpan<byte> key, nuint length);

    [LibraryImport(Library)]
    private static partial nint EVP_PKEY_new_raw_public_key(int type, nint engine, ReadOnlySpan<byte> key, nuint length);

    [LibraryImport(Library)]
    private static partial int EVP_PKEY_get_raw_public_key(nint key, [Out] byte[] bytes, ref nuint length);

    [LibraryImport(Library)]
    private static partial void EVP_PKEY_free(nint key);

    [LibraryImport(Library)]
    private static partial nint EVP_MD_CTX_new();

    [LibraryImport(Library)]
    private static partial void EVP_MD_CTX_free(nint context);

    [LibraryImport(Library)]
    private static partial int EVP_DigestSignInit(nint context, nint keyContext, nint digest, nint engine, nint key);

    [LibraryImport(Library)]
    private static partial int EVP_DigestSign(nint context, [Out] byte[] signature, ref nuint length, ReadOnlySpan<byte> message,
        nuint messageLength);

    [LibraryImport(Library)]
    private static partial int EVP_DigestVerifyInit(nint context, nint keyContext, nint digest, nint engine, nint key);

    [LibraryImport(Library)]
    private static partial int EVP_DigestVerify(nint context, ReadOnlySpan<byte> signature, nuint length, ReadOnlySpan<byte> message,
        nuint messageLength);
}
