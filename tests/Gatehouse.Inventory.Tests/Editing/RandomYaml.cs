namespace Gatehouse.Inventory.Tests.Editing;

/// <summary>Random YAML in block and flow style, with comments.</summary>
internal sealed class RandomYaml(Dice dice)
{
    private static readonly string[] Flow = ["npx", "'-y'", "\"a\\tb\"", "'it''s'", "ü", "\"\U0001F600\"", "a b", "\"--\"", "'${KEY}'"];
    private static readonly string[] Block = [.. Flow, "a: b".Replace(": ", ":", StringComparison.Ordinal), "x [1], y"];
    private readonly string lineBreak = dice.One("\n", "\r\n");

    public string Document()
    {
        var text = dice.One("", "\uFEFF", "--- # one" + lineBreak) + Comment("") + $"model: {dice.One(Block)}{Trail()}extensions:{Trail()}";
        for (var number = 0; number < 1 + dice.Next(3); number++) text += dice.Chance(25) ? InFlow(number) : InBlock(number);
        return text + $"other: [1, {{a: b}}, 'c']{Trail()}";
    }

    private string InFlow(int number) =>
        $"  f{number}: {{cmd: {dice.One(Flow)}{(dice.Chance(60) ? $", args: [{dice.One(Flow)},{dice.One("", " ")}{dice.One(Flow)}{dice.One("", ",", " ")}]" : "")}}}{Trail()}";

    private string InBlock(int number)
    {
        var indent = dice.One("    ", "      ");
        var members = new List<string> { $"{indent}cmd:{dice.One(" ", "   ")}{dice.One(Block)}{Trail()}" };
        if (dice.Chance(70))
            members.Insert(dice.Next(2), dice.Chance(50) ? Dashes(indent) : $"{indent}args: [{dice.One(Flow)}, {dice.One(Flow)}]{Trail()}");
        if (dice.Chance(40)) members.Add($"{indent}envs:{Trail()}{indent}  TOKEN: x{Trail()}");
        if (dice.Chance(30)) members.Insert(0, $"{indent}type: stdio{Trail()}");
        return Comment("  ") + $"  b{number}:{Trail()}" + string.Concat(members.Select(member => Comment(indent) + member));
    }

    private string Dashes(string indent)
    {
        var dash = indent + dice.One("", "  ");
        return $"{indent}args:{Trail()}" + string.Concat(Enumerable.Range(0, 1 + dice.Next(3))
            .Select(_ => $"{dash}-{dice.One(" ", "   ")}{dice.One(Block)}{Trail()}"));
    }

    private string Trail() => dice.One("", " ", "  # - x: [") + lineBreak;

    private string Comment(string indent) => dice.One("", "", indent + "# cmd: no" + lineBreak);
}
