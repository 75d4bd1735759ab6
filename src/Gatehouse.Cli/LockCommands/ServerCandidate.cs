using Gatehouse.Cli.Output;
using Gatehouse.Detection.Secrets;
using Gatehouse.Gateway.Definitions;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Locks;
using Gatehouse.Integrity.Origins;
using Gatehouse.Inventory.Listing;
using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Output;
using Gatehouse.Settings;
using Gatehouse.Text;

namespace Gatehouse.Cli.LockCommands;

/// <summary>A server that could be asked for its definitions.</summary>
internal sealed class ServerCandidate
{
    private readonly ServerSettings? settings;
    private readonly string? obstacle;
    private readonly string consent;
    private readonly GatewaySettings? configuration;

    private ServerCandidate(
        string name, string where, ServerSettings? settings, string consent, string? obstacle, GatewaySettings? configuration = null)
    {
        this.configuration = configuration;
        Name = name;
        Where = where;
        this.settings = settings;
        this.consent = consent;
        this.obstacle = obstacle;
        Identity = settings is null ? null : ServerIdentities.Of(settings);
    }

    /// <summary>Its name; text from outside.</summary>
    public string Name { get; }

    /// <summary>The place that names it.</summary>
    public string Where { get; }

    /// <summary>Its source; null when it cannot be asked.</summary>
    public ServerIdentity? Identity { get; }

    /// <summary>Makes a candidate for a server of a configuration, or of a command line.</summary>
    /// <param name="server">The server.</param>
    /// <param name="configuration">The configuration, which has the secrets that it names; null for a command line.</param>
    public static ServerCandidate Of(ServerSettings server, GatewaySettings? configuration) =>
        new(server.Name, "the configuration", server, Consent(server), null, configuration);

    /// <summary>Makes a candidate for a server that a client's file names.</summary>
    /// <param name="server">The entry.</param>
    /// <param name="findings">The findings of the scan that found it.</param>
    /// <param name="home">Folder to start in when the file names none.</param>
    public static ServerCandidate Of(ServerEntry server, ServerFindings findings, string home)
    {
        var where = $"{server.Client}, {server.Place.File}";
        if (server.Command is null && Uri.TryCreate(server.Url, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
        {
            var remote = new ServerSettings { Name = server.Name, Path = "/" + server.Name, Http = new HttpUpstreamSettings { Url = url } };
            return new ServerCandidate(server.Name, where, remote, Consent(remote), server.HasAuthentication
                ? "it needs credentials of its client; lock it with --config or --listing" : null);
        }

        if (StartRequest.For(server, home, out var reason) is not { } request) return new ServerCandidate(server.Name, where, null, "", reason);
        var local = new StdioUpstreamSettings { Command = request.Command, WorkingDirectory = request.Folder, Environment = request.Environment };
        return new ServerCandidate(server.Name, where, new ServerSettings { Name = server.Name, Path = "/" + server.Name, Stdio = local },
            request.Render(findings), null);
    }

    /// <summary>Returns whether another entry of the name is the same server.</summary>
    public bool IsSameAs(ServerCandidate other) =>
        Identity is { } one && other.Identity is { } two && one.Source == two.Source && one.Version == two.Version
            && one.Command.SequenceEqual(two.Command, StringComparer.Ordinal);

    /// <summary>Asks the server, after consent.</summary>
    public async Task<(ObservedServer? Observed, Gap? Gap)> ObserveAsync(bool agreed, CancellationToken cancellation)
    {
        if (obstacle is not null || settings is null) return (null, new Gap(Name, obstacle!, true));
        Terminal.Note(consent.TrimEnd('\n'));
        var question = settings.Stdio is null ? "Ask it over the network" : "Start it";
        if (!agreed && await TerminalConfirmation.AskAsync(question, cancellation).ConfigureAwait(false) is { IsGiven: false } answer)
            return (null, new Gap(Name, $"not {(settings.Stdio is null ? "asked" : "started")}, because {answer.Reason}; --yes confirms every start", true));
        try
        {
            var observer = await ServerObserver.PrepareAsync(settings, configuration, TimeProvider.System, static _ => { }).ConfigureAwait(false);
            await using (observer.ConfigureAwait(false))
            {
                var progress = Progress.Of($"reading the definitions of {Name}");
                await using (progress.ConfigureAwait(false)) return (await observer.ObserveAsync(cancellation).ConfigureAwait(false), null);
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return (null, new Gap(Name, e.Message, true));
        }
    }

    private static string Consent(ServerSettings server)
    {
        if (server.Stdio is not { } local)
            return $"To read the definitions of '{VisibleText.Escape(server.Name)}', this command sends requests to {VisibleText.Escape(server.Http!.Url.GetLeftPart(UriPartial.Path))}.";
        var lines = new List<string>
            { $"To read the definitions of '{VisibleText.Escape(server.Name)}', this command has to start it.",
                "This runs code on this machine with your rights." };
        var shown = CommandSecrets.Mask(local.Command);
        for (var at = 0; at < shown.Count; at++)
        {
            var part = at == 0 ? "program" : $"argument {at.ToString(System.Globalization.CultureInfo.InvariantCulture)}";
            lines.Add($"  {part,-11} {VisibleText.Escape(shown[at])}");
        }

        lines.Add($"  {"folder",-11} {VisibleText.Escape(local.WorkingDirectory ?? "an empty folder")}");
        var names = local.Environment.Keys.Concat(local.Secrets.Keys).ToList();
        lines.Add($"  {"variables",-11} {(names.Count == 0 ? "only the minimum" : VisibleText.Escape(string.Join(' ', names)))}");
        return string.Join('\n', lines);
    }
}
