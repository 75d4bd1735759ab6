using System.CommandLine;
using System.Text.Json.Nodes;
using Gatehouse.Cli.Output;
using Gatehouse.Gateway.Deployment;
using Gatehouse.Text;

namespace Gatehouse.Cli.GatewayCommands;

/// <summary><c>gatehouse doctor deployment</c>.</summary>
internal static class DoctorDeployment
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var json = CommonOptions.Json();
        var command = new Command("deployment",
            """
            Report what is not as it should be where the gateway runs: its account and rights, the root folder, the state folder and its
            volume, OpenSSL, the age of the image, local servers and listeners. The command opens no connection. It writes a small file
            into the volume of the state folder, and removes it again. Run it where the gateway runs and with its account: in the container,
            it sees the same rights and volumes.

            The exit code is 1 if something fails.

            Example:
              gatehouse doctor deployment --config /etc/gatehouse/gatehouse.yaml
            """)
        { config, json };
        command.SetAction(parsed => Run(parsed.GetValue(config), parsed.GetValue(json)));
        return command;
    }

    private static int Run(string? config, bool json)
    {
        if (CommonOptions.LoadAsServed(config) is not { Settings: { } settings }) return ExitCodes.Usage;
        var facts = DeploymentFacts.Read(settings, TimeProvider.System);
        var findings = DeploymentDoctor.Examine(facts, settings);
        if (json) JsonOutput.Write("deployment", View(facts, findings));
        else foreach (var finding in findings) Print(finding);
        return findings.Any(static one => one.Verdict == DeploymentVerdict.Fails) ? ExitCodes.No : ExitCodes.Done;
    }

    private static void Print(DeploymentFinding finding)
    {
        Terminal.Data($"{Shown(finding.Verdict)}  {VisibleText.Escape($"{finding.Subject,-13}  {finding.Words}")}");
        if (finding.Remedy is { } remedy) Terminal.Data($"{"",-6}  {"",-13}  {VisibleText.Escape($"-> {remedy}")}");
    }

    private static string Shown(DeploymentVerdict verdict) => verdict switch
    {
        DeploymentVerdict.Works => Terminal.Good("works "),
        DeploymentVerdict.Limited => "limits",
        _ => Terminal.Bad("fails "),
    };

    private static JsonFields View(DeploymentFacts facts, IReadOnlyList<DeploymentFinding> findings) => new()
    {
        ["findings"] = findings.Select(static one => new JsonFields
        {
            ["subject"] = one.Subject,
            ["verdict"] = one.Verdict switch { DeploymentVerdict.Works => "works", DeploymentVerdict.Limited => "limits", _ => "fails" },
            ["words"] = one.Words,
            ["remedy"] = one.Remedy,
        }).ToJsonArray(),
        ["image"] = facts.Image is not { } image ? null : new JsonFields
        {
            ["version"] = image.Version,
            ["built"] = image.Built.UtcDateTime,
            ["debian"] = new JsonObject(image.Debian.Select(static one => KeyValuePair.Create(one.Key, (JsonNode?)one.Value))),
        },
    };
}
