using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Gatehouse.Detection.Secrets;
using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Output;
using Gatehouse.Text;

namespace Gatehouse.Inventory.Listing;

/// <summary>
/// The question to a person before a server is started for listing (rows G06 to G08): the whole command with every argument, the names of its
/// variables, its folder, and the findings of the scan in it. Nothing is cut off.
/// </summary>
public sealed partial class StartRequest
{
    private StartRequest(ServerEntry server, IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment, string folder)
    {
        Server = server;
        Command = command;
        Environment = environment;
        Folder = folder;
    }

    /// <summary>The server.</summary>
    public ServerEntry Server { get; }

    /// <summary>The program and its arguments; they may hold secrets and are shown through <see cref="Render"/> only.</summary>
    public IReadOnlyList<string> Command { get; }

    /// <summary>Its variables; they may hold secrets and only their names are shown.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>Folder that it would start in.</summary>
    public string Folder { get; }

    /// <summary>Returns the request for an entry, or the reason why it cannot be started.</summary>
    /// <param name="server">The entry.</param>
    /// <param name="home">Folder to start in when the file names none.</param>
    /// <param name="reason">The reason why not.</param>
    public static StartRequest? For(ServerEntry server, string home, out string? reason)
    {
        ArgumentNullException.ThrowIfNull(server);
        reason = server.Command is null ? "its client does not start it" : server.IsDisabled ? "it is switched off"
            : server.IsOneText ? "its command and arguments are one text, which most clients do not start" : null;
        if (reason is not null) return null;
        var folder = server.Folder ?? (server.Scope == LocationScope.Workspace ? Path.GetDirectoryName(server.Place.File)! : home);
        List<string> command = [server.Command!, .. server.Arguments.Select(argument => argument.Text)];
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in server.Environment) environment[pair.Name] = Resolved(pair.Text);
        command = [.. command.Select(Resolved)];
        if (command.Concat(environment.Values).Append(folder).FirstOrDefault(text => Unresolved().IsMatch(text)) is { } open)
        {
            reason = $"it needs {Unresolved().Match(open).Value}, which only its client can provide";
            return null;
        }

        return new StartRequest(server, command, environment, folder);
    }

    /// <summary>Returns the text that is shown, escaped for a terminal.</summary>
    /// <param name="findings">The findings of the scan by their entries.</param>
    public string Render(ServerFindings findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"To list the tools of '{VisibleText.Escape(Server.Name)}' ({VisibleText.Escape(Server.Client)}), this command has to start it.\n");
        text.Append("This runs code on this machine with your rights.\n");
        var shown = CommandSecrets.Mask(Command);
        for (var i = 0; i < shown.Count; i++) text.Append(CultureInfo.InvariantCulture,
            $"  {(i == 0 ? "program" : $"argument {i}"),-11} {VisibleText.Escape(shown[i])}\n");
        text.Append(CultureInfo.InvariantCulture, $"  folder      {VisibleText.Escape(Folder)}\n");
        text.Append(CultureInfo.InvariantCulture,
            $"  variables   {(Environment.Count == 0 ? "only the minimum" : VisibleText.Escape(string.Join(' ', Environment.Keys)))}\n");
        text.Append(CultureInfo.InvariantCulture, $"  named in    {VisibleText.Escape(ReportText.Of(Server.Place))}\n");
        foreach (var finding in findings.Of(Server))
            text.Append(CultureInfo.InvariantCulture,
                $"  {ReportText.Of(finding.Rule.Severity),-10}  {finding.Rule.Id} {finding.Rule.Name}: {VisibleText.Escape(finding.Message)}\n");
        return text.ToString();
    }

    private static string Resolved(string text) => Variable().Replace(text, match =>
        System.Environment.GetEnvironmentVariable(match.Groups["name"].Value)
            ?? (match.Groups["default"] is { Success: true } given ? given.Value : match.Value));

    [GeneratedRegex(@"\$\{(?:env:)?(?<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?<default>[^}]*))?\}", RegexOptions.CultureInvariant)]
    private static partial Regex Variable();

    [GeneratedRegex(@"\$\{[^}]*\}", RegexOptions.CultureInvariant)]
    private static partial Regex Unresolved();
}
