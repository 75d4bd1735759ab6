using System.Text.RegularExpressions;

namespace Gatehouse.Detection.Secrets;

/// <summary>Names whose values are secrets.</summary>
internal static partial class SecretNames
{
    /// <summary>Returns whether a value with this name should be a secret.</summary>
    public static bool IsTelling(string name) => Telling().IsMatch(name) && !Harmless().IsMatch(name);

    /// <summary>Returns whether a value with this name is a password, which may be short and simple.</summary>
    public static bool IsPassword(string name) => Password().IsMatch(name);

    [GeneratedRegex(@"(?:^|[_\-. ]|[a-z](?=[A-Z]))(?:api[_-]?key|apikey|token|secret|password|passwd|pwd|pat|private[_-]?key|access[_-]?key|auth|authorization|credentials?|x-api-key|key)(?:$|[_\-. ](?:value|id)?$|[_-]?[0-9]{1,2}$)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Telling();

    [GeneratedRegex(@"(?:public|publishable|max|min|limit|count|budget|url|uri|path|file|dir|endpoint|env[_-]?var|expir|ttl|timeout|type|scheme)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Harmless();

    [GeneratedRegex(@"pass(?:word|wd)|pwd$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Password();
}
