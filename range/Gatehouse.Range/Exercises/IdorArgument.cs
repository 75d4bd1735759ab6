using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Policy.Rules;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>Another person's file, named in an argument.</summary>
public sealed class IdorArgument : Exercise
{
    /// <inheritdoc />
    public override string Id => "idor-argument";

    /// <inheritdoc />
    public override string Title => "Another person's object, by an argument";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02", "MCP07", "MCP10"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["AZ-01", "H18"];

    /// <inheritdoc />
    public override string Protection => "stage authorize, conditions on arguments";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "The reference filesystem server knows folders, but not persons. Every caller may read every file in them.",
        "Mallory has a folder there too, and reads Alice's file: by its path, by a path that leaves Mallory's folder with two dots, in a list of "
            + "paths that begins with Mallory's own, and in a list next to an argument that names Mallory's own path.",
        "Gatehouse's policy defines who may read in which folder. A path with two readings cannot be decided and never satisfies a permit. Every "
            + "entry of a list must satisfy it.",
        "With a stage that decides about the tool and ignores the arguments, the server returns the file again.");

    /// <inheritdoc />
    public override Need Needs => Need.Node;

    internal override Task<Uri> StartUnguardedAsync(RangeFixture fixture) => NaiveBridge.StartAsync(fixture, Command(fixture));

    internal override Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) => Task.FromResult(Upstream.Stdio(Command(fixture)));

    internal override IReadOnlyList<PolicyRule> RulesFor(RangeFixture fixture) =>
        Policies.Read("version: 1\nrules:\n"
            + string.Concat(new[] { AttackContext.Victim, AttackContext.Attacker }.Select(person => RulesOf(fixture, person))));

    internal override PartReplacements Replace(RangeFixture fixture) => PartReplacements.None.Put(PartNames.Authorize, new ArgumentBlindAuthorize());

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var root = Path.GetDirectoryName(context.Canary.File)!;
        var (hers, his) = (FileOf(root, AttackContext.Victim), FileOf(root, AttackContext.Attacker));
        return
        [
            await ReadAsync(context, "her path", "read_text_file", new { path = hers }).ConfigureAwait(false),
            await ReadAsync(context, "out of Mallory's folder", "read_text_file",
                new { path = Path.GetDirectoryName(his) + "/../" + AttackContext.Victim + "/note.txt" }).ConfigureAwait(false),
            await ReadAsync(context, "second in a list", "read_multiple_files", new { paths = new[] { his, hers } }).ConfigureAwait(false),
            await ReadAsync(context, "Mallory's path next to a list of Alice's", "read_multiple_files",
                new { path = his, paths = new[] { hers } }).ConfigureAwait(false),
        ];
    }

    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        var client = context.As(AttackContext.Victim);
        await client.InitializeAsync().ConfigureAwait(false);
        var file = FileOf(Path.GetDirectoryName(context.Canary.File)!, AttackContext.Victim);
        var one = await client.CallAsync("read_text_file", new { path = file }).ConfigureAwait(false);
        var list = await client.CallAsync("read_multiple_files", new { paths = new[] { file, file } }).ConfigureAwait(false);
        return one.Holds(context.Canary.Secret) && list.Holds(context.Canary.Secret);
    }

    private static async Task<Attempt> ReadAsync(AttackContext context, string name, string tool, object arguments)
    {
        var client = context.As(AttackContext.Attacker);
        await client.InitializeAsync().ConfigureAwait(false);
        var reply = await client.CallAsync(tool, arguments).ConfigureAwait(false);
        var read = reply.Holds(context.Canary.Secret);
        return new Attempt(name, read, read ? "Alice's file came back" : $"nothing of hers: {reply.Summary()}");
    }

    private static string[] Command(RangeFixture fixture)
    {
        var root = Path.GetDirectoryName(fixture.Canary.File)!;
        foreach (var person in new[] { AttackContext.Victim, AttackContext.Attacker })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(FileOf(root, person))!);
            File.WriteAllText(FileOf(root, person), person == AttackContext.Victim ? fixture.Canary.Secret : "nothing much");
        }

        return [fixture.Tools.Node!,
            Path.Combine(fixture.Tools.Peers!, "node_modules", "@modelcontextprotocol", "server-filesystem", "dist", "index.js"),
            Path.Combine(root, "homes")];
    }

    private static string FileOf(string root, string person) => Path.Combine(root, "homes", person, "note.txt");

    // One rule a tool: each tool reads one of the two arguments, and the other must not speak for it.
    private static string RulesOf(RangeFixture fixture, string person)
    {
        var folder = Path.GetDirectoryName(FileOf(Path.GetDirectoryName(fixture.Canary.File)!, person));
        return $"""
              - id: {person}-reads-one
                permit: {Permit(person, "read_text_file")}
                when: [{Under("path", folder)}]
              - id: {person}-reads-many
                permit: {Permit(person, "read_multiple_files")}
                when: [{Under("/paths/*", folder)}]

            """;
    }

    private static string Permit(string person, string tool) => "{ subjects: [" + person + "], tools: [" + tool + "] }";

    private static string Under(string argument, string? folder) => "{ argument: " + argument + ", under: " + folder + " }";
}
