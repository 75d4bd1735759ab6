using System.Text.Json;
using System.Text.RegularExpressions;
using Gatehouse.Gateway.Approvals;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Screens;
using Gatehouse.Range.Servers;

namespace Gatehouse.Range.Exercises;

/// <summary>The text of a call hides from the person who approves it what the call does.</summary>
public sealed partial class ApprovalHiddenText : ApprovalExercise
{
    // The person pays the rent, to an account of this name. Mallory has accounts with names like it.
    private const string Rent = "25 to rent";
    private const string Hidden = " and 9000 to mallory";

    private static readonly string[] Scripts = ["25 für das Büro", "25 за аренду с учётом скидки", "25 για το ενοίκιο", "二十五 家賃"];

    /// <inheritdoc />
    public override string Id => "approval-hidden-text";

    /// <inheritdoc />
    public override string Title => "Arguments that hide from the approver what a call does";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02", "MCP03", "MCP06"];

    /// <inheritdoc />
    public override string Protection => "stage approve, the text that approvers are shown";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy asks a person before money is transferred. It prints the arguments on the person's terminal as they are, and cuts them where they are long.",
        "Bob grants a transfer to the account of the rent, after reading the text. Mallory's agent asks for transfers to other accounts. Their text looks like the "
            + "one that Bob expects: a mark turns the reading direction, characters have no appearance, a sequence writes over the line or conceals the rest of "
            + "it, a letter is of another script, or the other account comes after thousands of spaces or lines.",
        "Gatehouse shows each argument in full. It writes characters that have no appearance, act on the terminal or turn the direction as code points, counts "
            + "long runs of spaces, and keeps a value on its own lines. Letters of other scripts are code points where they make a word look like "
            + "another one. Bob sees that this is not the rent, and does not grant it.",
        "With the arguments shown as they are, and cut, each of the transfers is granted.");

    internal override PartReplacements Replace(RangeFixture fixture) => PartReplacements.None.Put(ApprovalPartNames.Texts, new RawApprovalTexts());

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture)
    {
        var server = await CanaryServer.StartAsync(fixture).ConfigureAwait(false);
        var (waiting, granted) = ("", new HashSet<string>(StringComparer.Ordinal));
        fixture.ReviewAsync = (_, isGood) =>
            Task.FromResult(waiting.Length > 0 && isGood(NaiveQuestion.Text(Parameters(waiting))) && granted.Add(waiting));
        return await NaiveProxy.StartAsync(fixture, server.Url, (_, body) =>
        {
            if (AmountOf(body) is not { } amount || granted.Remove(amount)) return true;
            waiting = amount;
            return false;
        }).ConfigureAwait(false);
    }

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var attempts = new List<Attempt>();
        foreach (var (name, amount) in new (string, string)[]
        {
            ("a mark of direction", "25 to \u202etner\u202c"),
            ("a character without width", "25 to re\u200bnt"),
            ("a letter of another script", "25 to r\u0435nt"),
            ("written over", "9000 to mallory\r\u001b[2Kamount: " + Rent),
            ("concealed", $"{Rent}\u001b[8m{Hidden}\u001b[28m"),
            ("tag characters", Rent + string.Concat(Hidden.Select(static letter => char.ConvertFromUtf32(0xE0000 + letter)))),
            ("far to the right", Rent + new string(' ', 5000) + Hidden),
            ("thousands of lines", Rent + string.Concat(Enumerable.Repeat("\nthank you", 3000)) + "\n9000 to mallory"),
        }) attempts.Add(await HideAsync(context, name, amount).ConfigureAwait(false));
        return attempts;
    }

    /// <summary>Ordinary text in several scripts is readable, and is granted.</summary>
    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        var client = await BeginAsync(context, AttackContext.Victim).ConfigureAwait(false);
        foreach (var amount in Scripts)
        {
            await TransferAsync(client, amount).ConfigureAwait(false);
            var isGranted = await context.ReviewAsync(
                Approver, output => TerminalScreen.Show(output).Contains(amount, StringComparison.Ordinal)).ConfigureAwait(false);
            if (!isGranted) return false;
            await TransferAsync(client, amount).ConfigureAwait(false);
            if (Count(context, amount) != 1) return false;
        }

        return true;
    }

    private static async Task<Attempt> HideAsync(AttackContext context, string name, string amount)
    {
        var agent = await BeginAsync(context, AttackContext.Attacker).ConfigureAwait(false);
        var before = Transfers(context);
        await TransferAsync(agent, amount).ConfigureAwait(false);
        if (Transfers(context) > before) return new Attempt(name, false, "the money was transferred before any answer");
        var isGranted = await context.ReviewAsync(Approver, static output => LooksLikeRent(SeenText.Of(output))).ConfigureAwait(false);
        var answer = await TransferAsync(agent, amount).ConfigureAwait(false);
        var moved = Transfers(context) > before;
        return new Attempt(name, moved, moved ? "the person saw the rent, and the money went elsewhere"
            : $"the person {(isGranted ? "granted it" : "saw another text, and did not grant it")}: {answer}");
    }

    // The text can have lines of its own, so that transfers are counted by their beginning.
    private static int Transfers(AttackContext context) =>
        context.Canary.Songs.Count(static song => song.StartsWith(MoneyTool + " ", StringComparison.Ordinal));

    private static bool LooksLikeRent(string seen) => WholeRent().IsMatch(seen) && !seen.Contains("9000", StringComparison.Ordinal);

    private static byte[] Parameters(string amount) => JsonSerializer.SerializeToUtf8Bytes(new { name = MoneyTool, arguments = new { amount } });

    // The amount is the whole value: a quotation mark or the end of the line comes after it.
    [GeneratedRegex(": \"?" + Rent + "\"?[ ,]*$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex WholeRent();
}
