using System.CommandLine;
using System.Runtime.InteropServices;
using Gatehouse.Audit;
using Gatehouse.Cli.Output;
using Gatehouse.Settings;
using Gatehouse.Protocol;

namespace Gatehouse.Cli;

/// <summary><c>gatehouse version</c>.</summary>
internal static class VersionCommand
{
    public static Command Create()
    {
        var json = CommonOptions.Json();
        var command = new Command("version", "Print the version, the protocol revisions and the format versions of this build.") { json };
        command.SetAction(parsed =>
        {
            var facts = new Dictionary<string, object>
            {
                ["gatehouse"] = typeof(VersionCommand).Assembly.GetName().Version!.ToString(3),
                ["protocol"] = ProtocolRevision.All.Select(r => r.Text).ToArray(),
                ["configuration"] = GatewaySettings.FormatVersion,
                ["auditEvent"] = AuditEntry.ModelVersion,
                ["runtime"] = RuntimeInformation.FrameworkDescription,
            };
            if (parsed.GetValue(json)) JsonOutput.Write("build", facts);
            else foreach (var (name, value) in facts) Terminal.Data($"{name,-14} {(value is string[] list ? string.Join(' ', list) : value)}");
            return ExitCodes.Done;
        });
        return command;
    }
}
