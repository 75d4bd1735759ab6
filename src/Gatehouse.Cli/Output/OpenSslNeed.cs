using Gatehouse.Gateway.Deployment;

namespace Gatehouse.Cli.Output;

/// <summary>
/// The commands whose work needs OpenSSL on Linux. Where the library is missing, the runtime would end the process at its first digest, with a
/// message that names no package. All other commands run without it.
/// </summary>
internal static class OpenSslNeed
{
    private static readonly HashSet<string> Commands = new(StringComparer.Ordinal)
    { "serve", "host", "init", "audit", "witness", "detect", "lock", "secret", "token", "update" };

    private static readonly HashSet<string> OfPolicies = new(StringComparer.Ordinal) { "explain", "replay", "usage", "diff" };

    private static readonly string[] OfScans = ["--list", "--sarif", "--html"];

    /// <summary>Returns whether a command line needs the library. A request for help does not.</summary>
    /// <param name="words">The words of the command line.</param>
    public static bool IsNeeded(IReadOnlyList<string> words)
    {
        if (words.Count == 0 || words.Any(static word => word is "--help" or "-h" or "-?")) return false;
        return words[0] switch
        {
            "policy" => words.Count > 1 && OfPolicies.Contains(words[1]),
            "scan" => words.Any(static word => Array.Exists(OfScans, option => word.Split('=', ':')[0] == option)),
            var first => Commands.Contains(first),
        };
    }

    /// <summary>Returns whether a command line needs the library and it is missing, which is reported in one line.</summary>
    /// <param name="words">The words of the command line.</param>
    public static bool IsUnmet(IReadOnlyList<string> words)
    {
        if (!IsNeeded(words) || !OpenSslLibrary.IsMissing) return false;
        Terminal.Fault($"OpenSSL (libssl.so.3) is missing, and 'gatehouse {words[0]}' needs it: {OpenSslLibrary.Remedy}");
        return true;
    }
}
