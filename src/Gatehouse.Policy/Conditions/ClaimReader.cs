using System.Runtime.InteropServices;
using System.Text.Json;

namespace Gatehouse.Policy.Conditions;

/// <summary>The comparison of a value with a claim.</summary>
internal static class ClaimReader
{
    /// <summary>Returns the claim as JSON text. Empty when the token has none of that name.</summary>
    public static ReadOnlySpan<byte> Raw(PolicySubject subject, string name) =>
        subject.TryGetClaim(name, out var claim) ? JsonMarshal.GetRawUtf8Value(claim) : default;

    public static Ternary Compare(PolicySubject subject, JsonPath path, bool isMember, in PolicyValue value)
    {
        var reader = new Utf8JsonReader(Raw(subject, path.Parts[0]));
        if (!JsonSteps.TryRead(ref reader)) return Ternary.Undecidable;
        for (var i = 1; i < path.Parts.Length; i++)
        {
            if (!JsonSteps.TryEnter(ref reader, path.Parts[i])) return Ternary.Undecidable;
        }

        return isMember && reader.TokenType == JsonTokenType.StartArray ? IsMember(ref reader, value) : IsEqual(ref reader, value);
    }

    private static Ternary IsEqual(ref Utf8JsonReader reader, in PolicyValue value)
    {
        var claim = JsonScalar.Read(ref reader);
        var result = value.EqualTo(claim.Value);
        claim.Dispose();
        return result;
    }

    private static Ternary IsMember(ref Utf8JsonReader reader, in PolicyValue value)
    {
        if (value.Kind is PolicyValueKind.Absent or PolicyValueKind.Other) return Ternary.Undecidable;
        var result = Ternary.False;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            result = TernaryLogic.Or(result, IsEqual(ref reader, value));
            if (result == Ternary.True) return result;
            reader.Skip();
        }

        return result;
    }
}
