using System.CommandLine;
using Gatehouse.Cli.CredentialCommands;
using Gatehouse.Cli.Output;
using Gatehouse.Configuration;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Gateway.Witnesses;
using Gatehouse.Identity.Diagnostics;
using Gatehouse.Identity.Issuers;
using Gatehouse.Text;

namespace Gatehouse.Cli.GatewayCommands;

/// <summary><c>gatehouse doctor identity|credentials|links|checkpoints|deployment|entra</c>.</summary>
internal static class DoctorCommand
{
    public static Command Create() =>
        new("doctor", "Check the services that the gateway depends on and the place where it runs, and report problems with their remedies.")
        {
            Identity(), DoctorCredentials.Create(), Links(), Checkpoints(), DoctorDeployment.Create(), DoctorEntra.Create(),
        };

    private static Command Checkpoints()
    {
        var config = CommonOptions.Config();
        var development = CommonOptions.Development();
        var json = CommonOptions.Json();
        var command = new Command("checkpoints",
            """
            Check the witnesses and outside places that receive the checkpoints of the audit log: whether a folder is there and takes
            files of this account, and whether the address of a URL is one that the gateway may connect to. The command resolves names of
            hosts, contacts no place, and writes nothing: a place that is down, refuses the log or has an expired certificate is not found here,
            and 'gatehouse status' shows it. Run the command with the account of the gateway.

            The exit code is 1 if a place cannot work.

            Example:
              gatehouse doctor checkpoints --config gatehouse.yaml
            """)
        { config, development, json };
        command.SetAction((parsed, cancellation) =>
            CheckPlacesAsync(parsed.GetValue(config), parsed.GetValue(development), parsed.GetValue(json), cancellation));
        return command;
    }

    private static async Task<int> CheckPlacesAsync(string? config, bool development, bool json, CancellationToken cancellation)
    {
        if (CommonOptions.Load(config, development, new Dictionary<string, string>()) is not { Settings: { } settings }) return ExitCodes.Usage;
        var places = await CheckpointPlaceDoctor.ExamineAsync(settings.Audit, cancellation).ConfigureAwait(false);
        if (json) JsonOutput.Write("places", places, OutputJson.Default.CheckpointPlaceReports);
        else foreach (var place in places) Print(place);
        if (places.Count == 0) Terminal.Note("audit.witnesses and audit.checkpoints name no place");
        return places.Any(place => place.Fault is not null) ? ExitCodes.No : ExitCodes.Done;
    }

    private static void Print(CheckpointPlaceReport place)
    {
        Terminal.Row($"{place.Name}  {place.Target}");
        if (place.Fault is null)
        {
            Terminal.Row(place.Path.EndsWith(".folder", StringComparison.Ordinal) ? "  folder is there and takes files of this account" : "  address allowed, not contacted");
            return;
        }

        Terminal.Data($"  {Terminal.Bad("fails")}  {VisibleText.Escape($"{place.Path}: {place.Fault}")}");
        Terminal.Row($"  -> {place.Remedy}");
    }

    private static Command Links()
    {
        var config = CommonOptions.Config();
        var development = CommonOptions.Development();
        var json = CommonOptions.Json();
        var command = new Command("links",
            """
            Report how each link to callers and servers is protected: which proxies end TLS, which of their headers the gateway trusts,
            how it verifies certificates of servers, and when the gateway's own certificates expire. The command opens no connection.
            Run it with the account of the gateway, which can read its certificates and keys.

            The exit code is 1 if a certificate of the gateway cannot be used with its key, is not valid yet, expires soon or
            has expired.

            Example:
              gatehouse doctor links --config gatehouse.yaml
            """)
        { config, development, json };
        command.SetAction(parsed =>
        {
            if (CommonOptions.Load(parsed.GetValue(config), parsed.GetValue(development), new Dictionary<string, string>()) is not
                { Settings: { } settings }) return ExitCodes.Usage;
            var links = LinkDoctor.Examine(settings, TimeProvider.System.GetUtcNow());
            if (parsed.GetValue(json)) JsonOutput.Write("links", links, OutputJson.Default.LinkReports);
            else foreach (var link in links) Print(link);
            return links.Any(link => link.CertificateRemedy is not null) ? ExitCodes.No : ExitCodes.Done;
        });
        return command;
    }

    private static void Print(LinkReport report)
    {
        Terminal.Row($"{report.Link}  {report.Protection}");
        if (report.Believed is { } believed) Terminal.Row($"  believed: {believed}");
        if (report.Certificate is { } certificate) Terminal.Row($"  certificate: {certificate}");
        if (report.CertificateRemedy is { } remedy) Terminal.Row($"  -> {remedy}");
    }

    private static Command Identity()
    {
        var config = CommonOptions.Config();
        var development = CommonOptions.Development();
        var issuer = new Option<string?>("--issuer")
        { Description = "Only this issuer. An issuer that is not in the configuration is examined with the strict profile.", HelpName = "url" };
        var json = CommonOptions.Json();
        var command = new Command("identity",
            """
            Fetch the metadata and keys of each configured issuer and sign-in provider, as the gateway and as clients do.
            Report which clients can sign in, what will not work, and the remedy. The command sends no token and no secret.

            Examples:
              gatehouse doctor identity --config gatehouse.yaml
              gatehouse doctor identity --config gatehouse.yaml --issuer https://login.example.com
            """)
        { config, development, issuer, json };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetValue(config), parsed.GetValue(development), parsed.GetValue(issuer), parsed.GetValue(json), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string? config, bool development, string? issuer, bool json, CancellationToken cancellation)
    {
        if (CommonOptions.Load(config, development, new Dictionary<string, string>()) is not { Settings: { } settings }) return ExitCodes.Usage;
        if (issuer is not null && new IssuerProfile { Issuer = issuer }.FindFaults() is { Count: > 0 } faults)
        {
            Terminal.Fault(faults[0]);
            return ExitCodes.Usage;
        }

        var examinations = await IdentityDoctor.ExamineAsync(settings, issuer, TimeProvider.System, cancellation).ConfigureAwait(false);
        if (json) JsonOutput.Write("issuers", examinations.Select(View).ToJsonArray());
        else foreach (var examination in examinations) Print(examination);
        foreach (var warning in ConfigurationWarnings.OfAdministration(settings))
        {
            Terminal.Note($"{warning.Path}: {warning.Message}");
            Terminal.Hint($"remedy: {warning.Remedy}");
        }

        if (examinations.Count == 0) Terminal.Note("no issuer is configured; with --dev the gateway has its own issuer");
        if (examinations.Count > 0 && examinations.All(found => !found.IsReachable)) return ExitCodes.Unavailable;
        return examinations.Any(found => found.Verdict == IssuerFindingStatus.Fails) ? ExitCodes.No : ExitCodes.Done;
    }

    private static void Print(IssuerDiagnosticsReport examination)
    {
        var use = examination.Provider is { } name ? $", sign-in provider {name}" : "";
        Terminal.Row($"{examination.Issuer}  ({Word(examination.Kind)}{use})", Terminal.Emphasis);
        foreach (var finding in examination.Findings)
        {
            Terminal.Data($"  {Shown(finding.Verdict)}  {finding.Subject,-13}  {VisibleText.Escape(finding.Words)}{(finding.Rule is { } rule ? $" [{rule}]" : "")}");
            if (finding.Remedy is { } remedy) Terminal.Data($"  {"",-6}  {"",-13}  {VisibleText.Escape($"-> {remedy}")}");
        }

        if (examination.SignIn.Length > 0) Terminal.Data("  clients that can sign in:");
        foreach (var way in examination.SignIn)
            Terminal.Data($"  {(way.IsPossible ? Terminal.Good("yes   ") : Terminal.Bad("no    "))}  {way.Client,-43}  {VisibleText.Escape(way.Words)}");
        Terminal.Data("");
    }

    private static string Shown(IssuerFindingStatus verdict) => verdict switch
    {
        IssuerFindingStatus.Works => Terminal.Good("works "),
        IssuerFindingStatus.Limits => "limits",
        _ => Terminal.Bad("fails "),
    };

    private static string Word(IssuerKind kind) => kind switch { IssuerKind.Entra => "entra", IssuerKind.AdFs => "adfs", _ => "strict" };

    private static JsonFields View(IssuerDiagnosticsReport examination) => new()
    {
        ["issuer"] = examination.Issuer,
        ["provider"] = examination.Provider,
        ["profile"] = Word(examination.Kind),
        ["reachable"] = examination.IsReachable,
        ["verdict"] = Lower(examination.Verdict),
        ["findings"] = examination.Findings.Select(View).ToJsonArray(),
        ["signIn"] = examination.SignIn
            .Select(way => new JsonFields { ["client"] = way.Client, ["possible"] = way.IsPossible, ["words"] = way.Words }).ToJsonArray(),
    };

    private static JsonFields View(IssuerFinding finding) => new()
    {
        ["subject"] = finding.Subject,
        ["verdict"] = Lower(finding.Verdict),
        ["words"] = finding.Words,
        ["remedy"] = finding.Remedy,
        ["rule"] = finding.Rule,
    };

    private static string Lower(IssuerFindingStatus verdict) =>
        verdict switch { IssuerFindingStatus.Works => "works", IssuerFindingStatus.Limits => "limits", _ => "fails" };
}
