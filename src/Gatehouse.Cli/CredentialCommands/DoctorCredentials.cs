using System.CommandLine;
using Gatehouse.Azure;
using Gatehouse.Cli.Output;
using Gatehouse.Credentials;
using Gatehouse.Gateway.Secrets;
using Gatehouse.Outbound;
using Gatehouse.Settings;
using Gatehouse.Text;

namespace Gatehouse.Cli.CredentialCommands;

/// <summary><c>gatehouse doctor credentials</c>.</summary>
internal static class DoctorCredentials
{
    public static Command Create()
    {
        var (config, json) = (CommonOptions.Config(), CommonOptions.Json());
        var server = new Option<string?>("--server") { Description = "Only this server.", HelpName = "name" };
        var command = new Command("credentials",
            """
            Try the credential of each server, and say what works, what is missing at the provider, and which consent an administrator
            has to give. The command reads the secrets, and requests tokens as the gateway does. It sends nothing to a server, and prints
            no value. Run it with the account of the gateway.

            The exit code is 1 if a credential cannot be obtained.

            Example:
              gatehouse doctor credentials --config gatehouse.yaml
            """)
        { config, server, json };
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetValue(config), parsed.GetValue(server), parsed.GetValue(json), cancellation));
        return command;
    }

    /// <summary>Tries the credentials, and prints what was found.</summary>
    public static async Task<int> RunAsync(string? config, string? server, bool json, CancellationToken cancellation)
    {
        if (CommonOptions.LoadAsServed(config) is not { Settings: { } settings }) return ExitCodes.Usage;
        if (server is not null && settings.Server(server) is null) return Unknown(settings, server);

        var (handlers, time) = (new OutboundHandlers(new SystemNameResolver()), TimeProvider.System);
        using var azure = new AzureClients(handlers, time);
        var secrets = new SecretResolver(new FolderVault(settings.StateDirectory, time), azure.Vaults, time);
        var doctor = new CredentialDoctor(handlers, secrets, azure.Tokens, time);
        var reports = await doctor.ExamineAsync(settings, server, cancellation).ConfigureAwait(false);
        if (json) JsonOutput.Write("credentialChecks", reports, OutputJson.Default.CredentialReports);
        else foreach (var report in reports) Print(report);
        if (reports.Count == 0) Terminal.Note(server is null ? "no server has a credential" : $"the server {server} has no credential");
        return reports.Any(static one => one.State == CredentialReport.Fails) ? ExitCodes.No : ExitCodes.Done;
    }

    /// <summary>Reports a server that is not in the configuration, and returns the exit code.</summary>
    public static int Unknown(GatewaySettings settings, string server)
    {
        Terminal.Fault($"no server of the configuration is named {VisibleText.Escape(server)}");
        Terminal.Hint($"use one of: {string.Join(", ", settings.Servers.Select(static one => one.Name))}");
        return ExitCodes.Usage;
    }

    private static void Print(CredentialReport report)
    {
        var state = report.State switch
        {
            CredentialReport.Works => Terminal.Good("works "),
            CredentialReport.Fails => Terminal.Bad("fails "),
            _ => "limits",
        };
        Terminal.Data($"{state}  {VisibleText.Escape($"{report.Server}  {report.Kind} by {report.Source}: {report.Found}")}");
        if (report.Remedy is { } remedy) Terminal.Data($"        {VisibleText.Escape($"-> {remedy}")}");
    }
}
