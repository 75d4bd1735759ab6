using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Gatehouse.Audit.Tree;

/// <summary>
/// SHA-256 (FIPS 180-4) of a prefix byte and two parts, as leaves and nodes of a tree have them. The runtime asks libcrypto for a context on the heap
/// and looks the algorithm up for each hash, which costs three times as much as the hash of a node. Short inputs go to the library's functions
/// without a lookup instead. Everything else, and every system without them, takes the runtime's own way; the result is the same.
/// </summary>
internal static partial class TreeSha256
{
    // A call that does not let the garbage collector in has to be short: about half a microsecond with the processor's instructions for SHA-256, and
    // a few without them.
    private const int MostDirectBytes = 1024;

    private const int OnStack = 2048;

    // SHA256_CTX of sha.h has 112 bytes since OpenSSL 0.9.8; its largest member has 4.
    private const int ContextWords = 16;

    private const string Library = "libcrypto.so.3";

    /// <summary>True where short inputs go to libcrypto directly.</summary>
    public static bool IsDirect { get; } = Probe();

    /// <summary>Writes the hash of <paramref name="prefix"/>, <paramref name="first"/> and <paramref name="second"/>, in this order.</summary>
    /// <param name="prefix">The byte before the parts.</param>
    /// <param name="first">The first part.</param>
    /// <param name="second">The second part; may be empty.</param>
    /// <param name="hash">32 bytes, or more.</param>
    public static void Hash(byte prefix, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> hash)
    {
        if (IsDirect && first.Length + second.Length <= MostDirectBytes) HashDirect(prefix, first, second, hash);
        else HashByRuntime(prefix, first, second, hash);
    }

    /// <summary>As <see cref="Hash"/>, by the runtime.</summary>
    internal static void HashByRuntime(byte prefix, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> hash)
    {
        var length = 1 + first.Length + second.Length;
        var buffer = length <= OnStack ? stackalloc byte[OnStack] : new byte[length];
        buffer[0] = prefix;
        first.CopyTo(buffer[1..]);
        second.CopyTo(buffer[(1 + first.Length)..]);
        SHA256.HashData(buffer[..length], hash);
    }

    private static void HashDirect(byte prefix, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> hash)
    {
        if (hash.Length < TreeHash.Length) throw new ArgumentException("A hash has 32 bytes.", nameof(hash));
        Span<ulong> context = stackalloc ulong[ContextWords];
        var isDone = SHA256_Init(context) == 1
            && SHA256_Update(context, new ReadOnlySpan<byte>(in prefix), 1) == 1
            && SHA256_Update(context, first, (nuint)first.Length) == 1
            && (second.IsEmpty || SHA256_Update(context, second, (nuint)second.Length) == 1)
            && SHA256_Final(hash, context) == 1;
        if (!isDone) throw new CryptographicException("libcrypto refused to hash.");
    }

    // Not where the administrator limits OpenSSL to its FIPS provider: these functions do not ask it.
    private static bool Probe()
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad(Library, out _)) return false;
        try
        {
            if (EVP_default_properties_is_fips_enabled(0) != 0) return false;
            Span<byte> direct = stackalloc byte[TreeHash.Length];
            Span<byte> known = stackalloc byte[TreeHash.Length];
            HashDirect((byte)'a', "b"u8, "c"u8, direct);
            HashByRuntime((byte)'a', "b"u8, "c"u8, known);
            return direct.SequenceEqual(known);
        }
        catch (EntryPointNotFoundException)
        {
            return false; // a build without the functions that OpenSSL calls deprecated
        }
    }

    [LibraryImport(Library)]
    private static partial int EVP_default_properties_is_fips_enabled(nint context);

    [LibraryImport(Library), SuppressGCTransition]
    private static partial int SHA256_Init(Span<ulong> context);

    [LibraryImport(Library), SuppressGCTransition]
    private static partial int SHA256_Update(Span<ulong> context, ReadOnlySpan<byte> data, nuint length);

    [LibraryImport(Library), SuppressGCTransition]
    private static partial int SHA256_Final(Span<byte> digest, Span<ulong> context);
}
