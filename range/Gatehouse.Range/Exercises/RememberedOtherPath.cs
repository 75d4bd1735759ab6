using System.Text;
using Gatehouse.Gateway.Approvals;
using Gatehouse.Pipeline;
using Gatehouse.Policy.Rules;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>An answer for one folder, and calls with paths that only look like paths in it.</summary>
public sealed class RememberedOtherPath : PersonExercise
{
    private const string Folder = "/srv/notes";

    /// <inheritdoc />
    public override string Id => "remembered-other-path";

    /// <inheritdoc />
    public override string Title => "A remembered answer, used for another path";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02", "MCP05"];

    /// <inheritdoc />
    public override string Protection => "stage approve, remembered answers by segments of paths";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy asks a person before a file is read. After a yes it permits all paths that begin with the folder.",
        "Mallory's agent asks for a note, and a person lets the answer hold for the folder of notes. Then the agent reads paths that begin with the "
            + "folder's name and leave it.",
        "Gatehouse finds a remembered answer by the path and its folders, segment by segment. A path that servers could read differently has "
            + "none. Such a call is a new question.",
        "With folders that are beginnings of the text, the answer for the notes lets the secret be read.");

    internal override IReadOnlyList<PolicyRule> Rules { get; } = Policies.Read(
        $$"""
        version: 1
        rules:
          - id: people
            permit: { {{Callers}} }
          - id: reads
            permit: { {{Callers}}, tools: [read-file] }
            obligations: { approval: { remember: "path:path", rememberFor: 8h } }
          - id: approvers
            permit: { subjects: [{{Approver}}], tools: [read-file], directions: [approvals] }

        """);

    internal override GatewaySettings Configure(GatewaySettings settings) => WithoutHold(settings);

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture)
    {
        var server = await PathTraversal.StartServerAsync(fixture).ConfigureAwait(false);
        var isApproved = false;
        fixture.RememberAsync = (_, _) => Task.FromResult(isApproved = true);
        return await NaiveProxy.StartAsync(fixture, server.Url,
            (_, body) => (isApproved || !Encoding.UTF8.GetString(body).Contains("\"tools/call\"", StringComparison.Ordinal))
                && NaiveReading.PathBeginsWith(body, Folder)).ConfigureAwait(false);
    }

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http((await PathTraversal.StartServerAsync(fixture).ConfigureAwait(false)).Url);

    internal override PartReplacements Replace(RangeFixture fixture) => PartReplacements.None.Put(ApprovalPartNames.Folders, new PrefixFolders());

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var agent = await BeginAsync(context, AttackContext.Attacker).ConfigureAwait(false);
        await agent.CallAsync("read-file", new { path = Folder + "/today.md" }).ConfigureAwait(false);
        await context.RememberAsync(Approver, Folder).ConfigureAwait(false);
        return
        [
            await ReadAsync(context, agent, "plainly", Folder + "/../secret").ConfigureAwait(false),
            await ReadAsync(context, agent, "encoded", Folder + "/%2e%2e/secret").ConfigureAwait(false),
            await ReadAsync(context, agent, "with other separators", Folder + "/x\\..\\..\\secret").ConfigureAwait(false),
            await ReadAsync(context, agent, "a folder of a like name", Folder + "-of-others/../secret").ConfigureAwait(false),
        ];
    }

    /// <summary>The honest user reads two notes of the folder after one answer.</summary>
    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        var client = await BeginAsync(context, AttackContext.Victim).ConfigureAwait(false);
        await client.CallAsync("read-file", new { path = Folder + "/2026/today.md" }).ConfigureAwait(false);
        if (!await context.RememberAsync(Approver, Folder).ConfigureAwait(false)) return false;
        var first = await client.CallAsync("read-file", new { path = Folder + "/2026/today.md" }).ConfigureAwait(false);
        var second = await client.CallAsync("read-file", new { path = Folder + "/2027/today.md" }).ConfigureAwait(false);
        return first.Holds("a note") && second.Holds("a note");
    }

    private static async Task<Attempt> ReadAsync(AttackContext context, RangeClient agent, string name, string path)
    {
        var reply = await agent.CallAsync("read-file", new { path }).ConfigureAwait(false);
        var read = reply.Holds(context.Canary.Secret);
        return new Attempt(name, read, read ? "the secret beside the folder came back" : $"nothing came back: {reply.Summary()}");
    }
}
