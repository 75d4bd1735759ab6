using System.CommandLine;
using System.Text.Json;
using Gatehouse.Cli.Output;
using Gatehouse.Files;
using Gatehouse.Gateway.Access.Entra;
using Gatehouse.Gateway.Registrations;
using Gatehouse.Settings;
using Gatehouse.Text;

namespace Gatehouse.Cli.GatewayCommands;

/// <summary><c>gatehouse doctor entra</c>.</summary>
internal sealed class DoctorEntra
{
    private const string StandardInput = "-";

    private static readonly (string Word, RegisteredKind Kind)[] Kinds =
        [("local", RegisteredKind.Local), ("remote", RegisteredKind.Remote), ("gateway", RegisteredKind.Gateway)];

    private readonly Option<string> kind = new("--kind")
    { Description = "The program that the application is registered for: local, remote or gateway.", HelpName = "kind", Required = true };

    private readonly Option<string?> registration = new("--registration")
    { Description = "File with the registration, as 'az ad app show' prints it; - for standard input.", HelpName = "file" };

    private readonly Option<string?> app = new("--app")
    { Description = "Application (client) id, to fetch the registration with 'issuers[].graph' of the configuration.", HelpName = "id" };

    private readonly Option<string?> config = CommonOptions.Config();

    private readonly Option<string?> issuer = new("--issuer")
    { Description = "With --app: the issuer whose connection is used, where several have one.", HelpName = "url" };

    private readonly Option<string?> owners = new("--owners")
    { Description = "File with the owners, as 'az ad app owner list' prints them.", HelpName = "file" };

    private readonly Option<string?> federated = new("--federated")
    { Description = "File with the federated credentials, as 'az ad app federated-credential list' prints them.", HelpName = "file" };

    private readonly Option<string[]> grants = new("--grants")
    {
        Description = "File with granted permissions, as 'az ad app permission list-grants' prints them, or appRoleAssignments; repeatable.",
        HelpName = "file",
    };

    private readonly Option<string[]> tools = new("--tool")
    { Description = "Operation or tool that the server offers, from docs/guides/entra/permissions.md; repeatable.", HelpName = "name" };

    private readonly Option<string?> url = new("--url") { Description = "URL of the server, with which redirects are compared.", HelpName = "url" };

    private readonly Option<string[]> clients = new("--client")
    {
        Description = "Application (client) id of a client that may call without a consent (api.preAuthorizedApplications); repeatable.",
        HelpName = "id",
    };

    private readonly Option<bool> json = CommonOptions.Json();

    public static Command Create()
    {
        var one = new DoctorEntra();
        one.kind.AcceptOnly([.. Kinds.Select(static kind => kind.Word)]);
        one.tools.AcceptOnly([.. GraphPermissions.Operations.SelectMany(static operation => operation.Names)]);
        var command = new Command("entra",
            """
            Judge the registration of an application in Entra ID by its purpose: a local server (a public client), a remote
            server or a gateway (confidential clients). It reports wrong client types, permissions of Microsoft Graph that no tool needs,
            redirects that lead elsewhere, sign-in from other tenants, secrets and certificates near their end, and wrong token versions,
            each with its place in the registration, the command of az that mends it, and the page that explains it. The command changes nothing. It sends requests
            only with --app.

            The exit code is 1 if something fails.

            Examples:
              gatehouse doctor entra --kind local --registration app.json --tool my-profile
              gatehouse doctor entra --kind remote --registration app.json --url https://mcp.example.com/mcp --tool my-profile
              gatehouse doctor entra --kind gateway --app 33333333-3333-4333-8333-333333333333 --config gatehouse.yaml
            """)
        {
            one.kind, one.registration, one.app, one.config, one.issuer, one.owners, one.federated, one.grants, one.tools, one.url, one.clients,
            one.json,
        };
        command.SetAction(one.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        Uri? server = null;
        if (parsed.GetValue(url) is { } text && !Uri.TryCreate(text, UriKind.Absolute, out server))
            return Wrong($"--url {text} is no URL", "write https:// and the host");
        if (parsed.GetValue(registration) is null == parsed.GetValue(app) is null)
            return Wrong("there is no registration", "give either --registration FILE or --app ID with --config FILE");
        var called = parsed.GetValue(clients) ?? [];
        if (Array.Find(called, static id => !Guid.TryParseExact(id, "D", out _)) is { } wrong)
            return Wrong($"--client {wrong} is no application (client) id", "write the GUID of the client");
        var demands = new RegistrationDemands(Kinds.Single(kind => kind.Word == parsed.GetValue(this.kind)).Kind, TimeProvider.System.GetUtcNow())
        {
            ServerUrl = server,
            Clients = [.. called.Select(Guid.Parse)],
            Operations = [.. (parsed.GetValue(tools) ?? []).Select(static name => GraphPermissions.OperationOf(name)!).Distinct()],
        };
        try
        {
            return await ReadAsync(parsed, cancellation).ConfigureAwait(false) is { } found ? Report(parsed, found, demands) : ExitCodes.Usage;
        }
        catch (Exception e) when (e is EntraFaultException or HttpRequestException)
        {
            Terminal.Fault($"the registration cannot be fetched: {e.Message}");
            Terminal.Hint("the application of issuers[].graph needs a credential that Entra takes, and Application.Read.All with admin consent");
            return ExitCodes.Unavailable;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            Terminal.Fault(e.Message);
            return ExitCodes.Unavailable;
        }
    }

    private async Task<AppRegistration?> ReadAsync(ParseResult parsed, CancellationToken cancellation)
    {
        if (parsed.GetValue(app) is { } id) return await FetchAsync(parsed, id, cancellation).ConfigureAwait(false);
        var given = parsed.GetValue(grants) is { Length: > 0 } files ? files.Select(Read).ToList() : null;
        return RegistrationReader.Read(Read(parsed.GetValue(registration)!), ReadOptional(parsed.GetValue(owners)),
            ReadOptional(parsed.GetValue(federated)), given);
    }

    private async Task<AppRegistration?> FetchAsync(ParseResult parsed, string id, CancellationToken cancellation)
    {
        if (!Guid.TryParseExact(id, "D", out var client))
            return Refused($"--app {id} is no application (client) id", "write the GUID that the portal shows");
        if (CommonOptions.LoadAsServed(parsed.GetValue(config)) is not { Settings: { } settings }) return null;
        var wanted = parsed.GetValue(issuer);
        var connected = settings.Issuers.Where(one => one.Graph is not null && (wanted is null || one.Issuer == wanted)).ToList();
        if (connected is not [var chosen])
        {
            return Refused(connected.Count == 0 ? "no issuer of the configuration has 'graph'" : "several issuers of the configuration have 'graph'",
                connected.Count == 0 ? "add it, or save the registration with az and give it with --registration" : "name one with --issuer");
        }

        using var graph = await RegistrationSource.ConnectAsync(chosen, settings, TimeProvider.System).ConfigureAwait(false);
        return await RegistrationSource.FetchAsync(graph, client, TimeProvider.System, cancellation).ConfigureAwait(false);
    }

    private static JsonElement? ReadOptional(string? path) => path is null ? null : Read(path);

    private static JsonElement Read(string path)
    {
        try
        {
            return RegistrationReader.Parse(path == StandardInput ? ReadInput() : RegularFile.ReadBytes(path, RegistrationReader.LargestBytes));
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{(path == StandardInput ? "standard input" : path)}: {e.Message}", e);
        }
    }

    private static byte[] ReadInput()
    {
        using var input = Console.OpenStandardInput();
        var bytes = new byte[RegistrationReader.LargestBytes + 1];
        return bytes[..input.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
    }

    private int Report(ParseResult parsed, AppRegistration found, RegistrationDemands demands)
    {
        var findings = RegistrationDoctor.Examine(found, demands);
        var missing = RegistrationDoctor.NotJudged(found, demands).ToList();
        if (parsed.GetValue(json)) JsonOutput.Write("registration", View(found, findings, missing));
        else Print(findings, missing);
        return findings.Any(static one => one.Verdict == RegistrationVerdict.Fails) ? ExitCodes.No : ExitCodes.Done;
    }

    private static void Print(IReadOnlyList<RegistrationFinding> findings, IReadOnlyList<string> missing)
    {
        foreach (var finding in findings)
        {
            Terminal.Data($"{Shown(finding.Verdict)}  {VisibleText.Escape($"{finding.Rule.Id}  {finding.Path}")}");
            Terminal.Row($"        {finding.Words}");
            foreach (var command in finding.Command.Split('\n')) Terminal.Row($"        -> {command}");
            Terminal.Row($"        {finding.Rule.HelpPage}");
        }

        foreach (var one in missing) Terminal.NoteLine($"not judged: {one}");
        Terminal.Note(findings.Count == 0 ? "No rule found a fault in what was judged." : $"{Counted.Of(findings.Count, "finding")}.");
    }

    private static string Shown(RegistrationVerdict verdict) => verdict == RegistrationVerdict.Fails ? Terminal.Bad("fails ") : "limits";

    private static JsonFields View(AppRegistration found, IReadOnlyList<RegistrationFinding> findings, IReadOnlyList<string> missing) => new()
    {
        ["appId"] = found.AppId?.ToString("D"),
        ["findings"] = findings.Select(static one => new JsonFields
        {
            ["id"] = one.Rule.Id,
            ["verdict"] = one.Verdict == RegistrationVerdict.Fails ? "fails" : "limits",
            ["path"] = one.Path,
            ["words"] = one.Words,
            ["command"] = one.Command,
            ["page"] = one.Rule.HelpPage,
        }).ToJsonArray(),
        ["notJudged"] = missing.Select(static one => (string?)one).ToJsonArray(),
    };

    private static int Wrong(string fault, string hint)
    {
        Refused(fault, hint);
        return ExitCodes.Usage;
    }

    private static AppRegistration? Refused(string fault, string hint)
    {
        Terminal.Fault(fault);
        Terminal.Hint(hint);
        return null;
    }
}
