using System.Text.RegularExpressions;
using Gatehouse.Inventory.Checks;
using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Places;
using Gatehouse.Inventory.Reading;

namespace Gatehouse.Onboarding;

/// <summary>The rules for entries that can be wrapped so that the server starts as before.</summary>
internal static partial class WrapEligibility
{
    /// <summary>Returns the reason why an entry is left as it is, or null when it can be wrapped.</summary>
    /// <param name="server">The entry.</param>
    /// <param name="place">The file's place.</param>
    /// <param name="isNamed">True when the file was named.</param>
    public static (SkipReason Kind, string Why)? Refuse(ServerEntry server, ClientConfigLocation place, bool isNamed)
    {
        if (server.IsWrapped) return (SkipReason.Wrapped, "it already runs through Gatehouse");
        if (server.Scope == LocationScope.System) return (SkipReason.Managed, "an administrator manages the file");
        if (IsExtension(place)) return (SkipReason.Extension, "its client installs and updates it; an edit would be lost or refused");
        if (server.Command is null) return NotStarted(server);
        if (server.IsDisabled) return (SkipReason.Disabled, "it is switched off; wrap it when you switch it on");
        if (server.IsOneText)
            return (SkipReason.Form, "'command' holds the arguments too; write each argument into 'args', so that clients start it");
        if (place.Format == ConfigFormat.Xml)
            return (SkipReason.Form, "its file is XML, which Gatehouse does not edit; put the wrapper in front of the command in the client's settings");
        if (server.Scope == LocationScope.Workspace && !isNamed)
            return (SkipReason.Workspace, "the file belongs to a repository; to wrap it for yourself, give it with --file");
        return Variables(server) is { } why ? (SkipReason.Form, why) : null;
    }

    private static (SkipReason Kind, string Why) NotStarted(ServerEntry server) => server.Transport switch
    {
        "http" or "sse" => (SkipReason.Remote,
            "it is a remote server; put the gateway in front of it (gatehouse serve), and use the gateway's address here"),
        "built-in" => (SkipReason.BuiltIn, "it is built into its client"),
        _ => (SkipReason.Form, "the entry names neither a program nor an address"),
    };

    private static bool IsExtension(ClientConfigLocation place) =>
        place.Pointers.EndsWith("mcp_config", StringComparison.Ordinal) || place.Pattern.EndsWith("gemini-extension.json", StringComparison.Ordinal);

    private static string? Variables(ServerEntry server)
    {
        if (server.HasEnvironmentFile) return "its variables come from a file (envFile), so their names are unknown; name them in 'env' first";
        if (server.EnvironmentNames.FirstOrDefault(name => !Form().IsMatch(name)) is { } odd) return $"'{odd}' is not the name of a variable";
        return server.EnvironmentNames.FirstOrDefault(WrapperVariables.Affects) is { } own
            ? $"it sets {own}, which would reach the wrapper itself; set it in a script that starts the server" : null;
    }

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]{0,127}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
