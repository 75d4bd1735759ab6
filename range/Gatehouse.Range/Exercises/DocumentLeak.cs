using System.Text;
using System.Text.Json;
using Gatehouse.Gateway;
using Gatehouse.Gateway.Documents;
using Gatehouse.Pipeline;
using Gatehouse.Policy.Matching;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Exercises;

/// <summary>Personal data and a secret leave in documents.</summary>
public sealed class DocumentLeak : Exercise
{
    private const string Harmless = "a harmless document";
    private const string Account = "The account is IBAN DE89370400440532013000.";

    // The form of a token, and no token of anybody.
    private static readonly string Secret = "The key is ghp_" + "wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx for the deployment.";

    /// <inheritdoc />
    public override string Id => "document-leak";

    /// <inheritdoc />
    public override string Title => "Secrets and personal data in documents";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP01", "MCP10"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["DP-01", "PI-01"];

    /// <inheritdoc />
    public override string Protection => "stage inspect-response, rules protection and texts";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A server answers with documents. The account number and the key in them go to the provider of the model, though protection masks them in texts.",
        "They are in a page of a PDF, in a PDF that is attached to a mail, in a comment of a DOCX, and in a text that is nothing but base64.",
        "Gatehouse reads the documents. Nothing can be masked within a document, so each result is withheld.",
        "Without the rules of protection and texts, the documents reach the model.");

    // Where the program of documents is not installed, they are unread, and the rule for them holds.
    internal override GatewaySettings Configure(GatewaySettings settings) => settings with
    {
        Documents = MadeDocuments.Settings,
        Protection = new ProtectionSettings { IsConfigured = true, Preset = ProtectionPreset.Balanced },
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
        .Put(PartNames.ResponseRule("protection"), new PassingRule("protection"))
        .Put(PartNames.ResponseRule("texts"), new PassingRule("texts"));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        List<Attempt> attempts = [];
        var client = context.As(AttackContext.Victim);
        await client.InitializeAsync().ConfigureAwait(false);
        foreach (var (name, (document, _)) in Results)
        {
            if (name == Harmless) continue;
            var reply = await client.CallAsync("echo", new { text = name }).ConfigureAwait(false);
            var left = MadeDocuments.IsIn(reply, document);
            attempts.Add(new Attempt(name, left, left ? "the model got the document" : $"the model got no document: {reply.Summary()}"));
        }

        return attempts;
    }

    // A document without anything in it passes, so that those above are refused for what is in them.
    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        if (!await Honest.EchoesAsync(context).ConfigureAwait(false)) return false;
        if (DocumentProgram.FileOf(MadeDocuments.Settings) is null) return true;
        var client = context.As(AttackContext.Victim);
        await client.InitializeAsync().ConfigureAwait(false);
        var reply = await client.CallAsync("echo", new { text = Harmless }).ConfigureAwait(false);
        return MadeDocuments.IsIn(reply, Results[Harmless].Document);
    }

    private static readonly Dictionary<string, (byte[] Document, object Result)> Results = new()
    {
        ["a page of a PDF"] = Embedded(MadeDocuments.Pdf(Account, "Fine.")),
        ["an attachment of a mail"] = Embedded(MadeDocuments.Mail("none", MadeDocuments.Pdf(Account, "Fine."))),
        ["a comment of a DOCX"] = Embedded(MadeDocuments.Word("The plan.", Secret)),
        ["base64 in a text"] = AsText(Encoding.UTF8.GetBytes($"Notes of the meeting on Monday. {Secret}")),
        [Harmless] = Embedded(MadeDocuments.Pdf("The plan.", "Fine.")),
    };

    private static (byte[], object) Embedded(byte[] document) => (document, new { content = MadeDocuments.Resource(document) });

    private static (byte[], object) AsText(byte[] document) =>
        (document, new { content = new object[] { new { type = "text", text = Convert.ToBase64String(document) } } });

    private static Task<CanaryServer> StartServerAsync(RangeFixture fixture) =>
        CanaryServer.StartAsync(fixture, overrides: static (context, message) => AnswerAsync(context, message));

    private static async Task<bool> AnswerAsync(HttpContext context, JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object || !message.TryGetProperty("method", out var method) || method.GetString() != "tools/call"
            || !message.GetProperty("params").GetProperty("arguments").TryGetProperty("text", out var name)
            || name.GetString() is not { } asked || !Results.TryGetValue(asked, out var one)) return false;
        await CanaryServer.WriteAsync(context, new { jsonrpc = "2.0", id = message.GetProperty("id"), result = one.Result }).ConfigureAwait(false);
        return true;
    }
}
