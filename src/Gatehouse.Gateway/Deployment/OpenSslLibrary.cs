using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Gatehouse.Gateway.Deployment;

/// <summary>
/// The system's OpenSSL, which the runtime loads on Linux for TLS, tokens and digests. Where it is missing, the runtime ends the process at the first
/// use, with a message that names no package.
/// </summary>
internal static class OpenSslLibrary
{
    /// <summary>The text about a missing library, with the packages that have it.</summary>
    public const string Remedy = "install the package libssl3 (Debian, Ubuntu; libssl3t64 in their newest versions) or openssl-libs (Fedora)";

    // The names that the runtime tries (opensslshim.c), the newest first.
    private static readonly string[] Names = ["libssl.so.3", "libssl.so.1.1"];

    /// <summary>True where the runtime would find none. False also on other systems, whose cryptography is their own.</summary>
    public static bool IsMissing => OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("CLR_OPENSSL_VERSION_OVERRIDE") is null
        && !Array.Exists(Names, static name => NativeLibrary.TryLoad(name, out _));

    /// <summary>The version of the library in use, such as <c>3.0.17</c>; null where it is missing, or the system has none.</summary>
    public static string? Version => OperatingSystem.IsLinux() && !IsMissing ? Text(SafeEvpPKeyHandle.OpenSslVersion) : null;

    // OPENSSL_VERSION_NUMBER(3): 0xMNN00PP0 since 3.0, 0xMNNFFPPS before.
    private static string Text(long number)
    {
        var (major, minor) = (number >> 28, (number >> 20) & 0xff);
        return string.Create(CultureInfo.InvariantCulture, $"{major}.{minor}.{(major >= 3 ? (number >> 4) & 0xff : (number >> 12) & 0xff)}");
    }
}
