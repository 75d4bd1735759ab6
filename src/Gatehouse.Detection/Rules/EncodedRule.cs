using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Text;

namespace Gatehouse.Detection.Rules;

/// <summary>The rule for readings that only decoding shows (GHS9007).</summary>
internal static class EncodedRule
{
    /// <summary>Judges a reading that was decoded.</summary>
    /// <param name="reading">The reading.</param>
    /// <param name="says">True or false when an instruction was found in it (true for a hard finding); null when none was.</param>
    /// <param name="saysPlainly">True when one was found in the text without decoding.</param>
    public static TextFinding? Judge(TextView reading, bool? says, bool saysPlainly)
    {
        var isUnseen = reading.Kind is ViewKind.Selectors or ViewKind.InvisibleBits or ViewKind.Tags;
        var how = reading.Kind switch
        {
            ViewKind.Base64 => "base64",
            ViewKind.Hexadecimal => "hexadecimal digits",
            ViewKind.Selectors => "variation selectors",
            ViewKind.InvisibleBits => "bits of invisible characters",
            ViewKind.Tags => "tag characters",
            ViewKind.Percent or ViewKind.Entities or ViewKind.Escapes when says is not null && !saysPlainly => "escapes",
            _ => null,
        };
        if (how is null || !(says is not null || isUnseen || reading.Text.Split('\n').Max(Words) >= 4))
            return null;
        var confidence = says == true || isUnseen ? Confidence.High : Confidence.Medium;
        return new TextFinding(DetectionRules.Encoded, confidence, reading.Span(0, reading.Text.Length),
            $"text encoded in {how}{(says is null ? "" : ", with an instruction in it")}");
    }

    private static int Words(string text)
    {
        var words = 0;
        var within = false;
        foreach (var letter in text)
        {
            words += char.IsLetter(letter) && !within ? 1 : 0;
            within = char.IsLetter(letter);
        }

        return words;
    }
}
