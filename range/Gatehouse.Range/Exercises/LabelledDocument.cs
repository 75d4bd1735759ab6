using System.Text;
using System.Text.Json;
using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Policy.Matching;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>A document with a sensitivity label goes to a server that may not have it.</summary>
public sealed class LabelledDocument : Exercise
{
    private const string Confidential = "2096f6a2-d2f7-48be-b329-b73aaa526e5d";
    private const string Heard = "a confidential document reached the server";

    /// <inheritdoc />
    public override string Id => "labelled-document";

    /// <inheritdoc />
    public override string Title => "A confidential document for a server outside";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP10"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["DP-02"];

    /// <inheritdoc />
    public override string Protection => "stage inspect-request, rules protection and texts";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "An agent was talked into translating a mail with a tool outside of the company. The mail has no word by which a rule could find it, and a "
            + "label of Purview.",
        "The agent sends a mail with the label Confidential, by itself and in an archive, and a mail with a label that the gateway does not know.",
        "Gatehouse reads the labels in the documents. The rule says that the server gets nothing above internal, so the calls are refused.",
        "Without the rules of protection and texts, the mails reach the server.");

    // Where the program of documents is not installed, they are unread, and the rule for them holds.
    internal override GatewaySettings Configure(GatewaySettings settings) => settings with
    {
        Documents = MadeDocuments.Settings,
        Protection = new ProtectionSettings
        {
            IsConfigured = true,
            Labels = [new ClassificationLabel("internal", 0, [], ["General"]), new ClassificationLabel("confidential", 1, [Confidential], [])],
            Rules = [new ProtectionRule { Id = "outside", Mode = ProtectionMode.Block, Above = 0, Direction = ProtectionDirection.ToServer }],
        },
        Inspection = new InspectionSettings
        {
            Messages = new MessageInspectionSettings
            {
                IsConfigured = true,
                Rules = [new MessageInspectionRule { Id = "unread", Action = InspectionAction.Block, Findings = new NameSet(["GHS9022"]) }],
            },
        },
    };

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture) => (await StartServerAsync(fixture).ConfigureAwait(false)).Url;

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http((await StartServerAsync(fixture).ConfigureAwait(false)).Url);

    internal override PartReplacements Replace(RangeFixture fixture) => PartReplacements.None
        .Put(PartNames.RequestRule("protection"), new PassingRule("protection"))
        .Put(PartNames.RequestRule("texts"), new PassingRule("texts"));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        List<Attempt> attempts = [];
        var client = context.As(AttackContext.Victim);
        await client.InitializeAsync().ConfigureAwait(false);
        foreach (var (name, document) in new[]
        {
            ("a mail", Mail(Confidential)), ("a mail in an archive", MadeDocuments.Zip("plan.eml", Mail(Confidential))),
            ("an unknown label", Mail("99999999-2222-3333-4444-555555555555")),
        })
        {
            await client.CallAsync("echo", new { text = Convert.ToBase64String(document), name }).ConfigureAwait(false);
            var isHeard = context.Canary.Songs.Contains($"{Heard}: {name}");
            attempts.Add(new Attempt(name, isHeard, isHeard ? "the server got the document" : "the server got no document"));
        }

        return attempts;
    }

    internal override Task<bool> UseHonestlyAsync(AttackContext context) => Honest.EchoesAsync(context);

    private static byte[] Mail(string label) => Encoding.UTF8.GetBytes(
        "From: a@example.com\r\nSubject: the plan\r\n"
            + $"msip_labels: MSIP_Label_{label}_Enabled=True; MSIP_Label_{label}_Name=Other\r\n\r\nWe meet on Monday.\r\n");

    private static Task<CanaryServer> StartServerAsync(RangeFixture fixture) =>
        CanaryServer.StartAsync(fixture, overrides: (_, message) => Task.FromResult(Hear(fixture, message)));

    // It answers as any other server does.
    private static bool Hear(RangeFixture fixture, JsonElement message)
    {
        if (message.ValueKind == JsonValueKind.Object && message.TryGetProperty("method", out var method) && method.GetString() == "tools/call"
            && message.GetProperty("params").GetProperty("arguments").TryGetProperty("name", out var name))
            fixture.Canary.Sing($"{Heard}: {name.GetString()}");
        return false;
    }
}
