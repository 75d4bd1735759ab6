using System.Globalization;
using System.Text;

namespace Gatehouse.Protocol.Tests;

/// <summary>Makes a JSON value in two spellings: other order of members, other escapes, other spaces, other forms of the same number.</summary>
internal static class CanonicalSamples
{
    private static readonly string[] Names = ["a", "b", "é", "\uFB33", "😀", "\u0007", "", "a\"b", "back\\slash", "z/z"];

    public static void Value(Dice dice, int depth, StringBuilder plain, StringBuilder other)
    {
        switch (dice.Next(depth == 0 ? 3 : 5))
        {
            case 0:
                Number(dice, plain, other);
                break;
            case 1:
                String(dice.Pick(Names), plain, other);
                break;
            case 2:
                Both(dice.Pick(["true", "false", "null"]), plain, other);
                break;
            case 3:
                Array(dice, depth, plain, other);
                break;
            default:
                Object(dice, depth, plain, other);
                break;
        }
    }

    private static void Both(string text, StringBuilder plain, StringBuilder other)
    {
        plain.Append(text);
        other.Append(' ').Append(text).Append('\n');
    }

    private static void Number(Dice dice, StringBuilder plain, StringBuilder other)
    {
        var value = (dice.Next(2_000_001) - 1_000_000) / Math.Pow(10, dice.Next(12));
        plain.Append(value.ToString("R", CultureInfo.InvariantCulture));
        other.Append(value.ToString("E17", CultureInfo.InvariantCulture));
    }

    private static void String(string text, StringBuilder plain, StringBuilder other)
    {
        plain.Append('"').Append(Least(text)).Append('"');
        other.Append('"').AppendJoin("", text.Select(unit => $"\\u{(int)unit:X4}")).Append('"');
    }

    private static string Least(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\u0007", "\\u0007", StringComparison.Ordinal);

    private static void Array(Dice dice, int depth, StringBuilder plain, StringBuilder other)
    {
        plain.Append('[');
        other.Append("\t[");
        for (var at = dice.Next(4); at > 0; at--)
        {
            Value(dice, depth - 1, plain, other);
            if (at > 1)
            {
                plain.Append(',');
                other.Append(" ,");
            }
        }

        plain.Append(']');
        other.Append("\r\n]");
    }

    private static void Object(Dice dice, int depth, StringBuilder plain, StringBuilder other)
    {
        List<(string Plain, string Other)> members = [];
        foreach (var name in Names.Where(_ => dice.OneIn(3)))
        {
            StringBuilder one = new(), two = new();
            String(name, one, two);
            one.Append(':');
            two.Append(" : ");
            Value(dice, depth - 1, one, two);
            members.Add((one.ToString(), two.ToString()));
        }

        plain.Append('{').AppendJoin(',', members.Select(member => member.Plain)).Append('}');
        members.Reverse();
        other.Append("{ ").AppendJoin(", ", members.Select(member => member.Other)).Append(" }");
    }
}
