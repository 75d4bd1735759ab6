using Gatehouse.Detection.Secrets;
using Gatehouse.Testing;

namespace Gatehouse.Inventory.Tests.Secrets;

/// <summary>Texts in the form of secrets, drawn at each run: no file of the repository holds one.</summary>
internal static class Drawn
{
    public const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>Draws characters.</summary>
    public static string Text(Dice dice, int length, string from = Letters) =>
        string.Concat(Enumerable.Range(0, length).Select(_ => from[dice.Next(from.Length)]));

    /// <summary>Draws a text of a row of the table; the context of the row is around it.</summary>
    public static string Of(SecretFormat format, Dice dice)
    {
        var text = string.Concat(format.Pieces.Select(piece => piece.Text ?? Text(dice, Math.Min(piece.Most, Math.Max(piece.Least, 40)),
            Members(piece.Class!))));
        return format.HasChecksum ? WithChecksum(text[..4], text[4..^6]) : text;
    }

    /// <summary>Draws characters of the class with the name.</summary>
    public static string OfClass(string named, Dice dice, int length) => Text(dice, length, Members(CharacterClass.Of(named)));

    /// <summary>Draws a piece of a form.</summary>
    public static string OfPiece(FormatPiece piece, Dice dice, int length) => Text(dice, length, Members(piece.Class!));

    /// <summary>Draws a UUID.</summary>
    public static string Guid(Dice dice)
    {
        var hex = OfClass("hex", dice, 32);
        return $"{hex[..8]}-{hex[8..12]}-{hex[12..16]}-{hex[16..20]}-{hex[20..]}";
    }

    /// <summary>Draws a token of GitHub with its checksum.</summary>
    public static string GitHub(Dice dice) => WithChecksum("ghp_", Text(dice, 30));

    /// <summary>Draws a private key in PEM.</summary>
    public static string Pem(Dice dice, string label = "RSA PRIVATE KEY", string newLine = "\n") =>
        $"-----BEGIN {label}-----{newLine}{string.Join(newLine, Enumerable.Range(0, 6).Select(_ => Text(dice, 64)))}{newLine}-----END {label}-----";

    private static string Members(CharacterClass named) => string.Concat(Enumerable.Range(33, 94).Select(code => (char)code).Where(named.Has));

    private static string WithChecksum(string prefix, string body)
    {
        const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        var sum = Crc32.Of(System.Text.Encoding.ASCII.GetBytes(body));
        var end = "";
        for (var i = 0; i < 6; i++, sum /= 62) end = Digits[(int)(sum % 62)] + end;
        return prefix + body + end;
    }
}
