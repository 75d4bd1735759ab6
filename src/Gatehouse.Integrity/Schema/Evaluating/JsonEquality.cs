using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Gatehouse.Integrity.Schema.Evaluating;

/// <summary>Equality of JSON values (JSON Schema 2020-12 core section 4.2.2), with its work counted.</summary>
internal static class JsonEquality
{
    /// <summary>Returns whether both are the same value. Also false when no steps are left.</summary>
    public static bool Same(Evaluation evaluation, JsonElement left, JsonElement right)
    {
        if (!evaluation.Spend(1) || left.ValueKind != right.ValueKind)
            return false;
        return left.ValueKind switch
        {
            JsonValueKind.Object => SameObjects(evaluation, left, right),
            JsonValueKind.Array => SameArrays(evaluation, left, right),
            JsonValueKind.String => SameStrings(evaluation, left, right),
            JsonValueKind.Number => Number(evaluation, left).Equals(Number(evaluation, right)),
            _ => true,
        };
    }

    /// <summary>Returns a number that equal values share, the same in every process. Nothing follows for values that differ.</summary>
    public static ulong Hash(Evaluation evaluation, JsonElement value)
    {
        if (!evaluation.Spend(1))
            return 0;
        var hash = (ulong)value.ValueKind;
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                // A sum: the order of members does not count.
                foreach (var member in value.EnumerateObject())
                    hash += Mix(Text(evaluation, member.Name), Hash(evaluation, member.Value));
                return hash;
            case JsonValueKind.Array:
                foreach (var element in value.EnumerateArray())
                    hash = Mix(hash, Hash(evaluation, element));
                return hash;
            case JsonValueKind.String:
                return Mix(hash, Text(evaluation, value.GetString()!));
            case JsonValueKind.Number:
                return Mix(hash, Number(evaluation, value).StableHash);
            default:
                return hash;
        }
    }

    /// <summary>Returns the exact value of a number.</summary>
    public static ExactNumber Number(JsonElement number) => ExactNumber.Parse(JsonMarshal.GetRawUtf8Value(number));

    /// <summary>Returns the exact value of a number, with its work counted: a long one is made of many words.</summary>
    public static ExactNumber Number(Evaluation evaluation, JsonElement number)
    {
        evaluation.Spend(JsonMarshal.GetRawUtf8Value(number).Length / 16);
        return Number(number);
    }

    // FNV-1a by UTF-16 unit.
    private static ulong Text(Evaluation evaluation, string text)
    {
        evaluation.Spend(text.Length / 64);
        var hash = 14695981039346656037;
        foreach (var c in text)
            hash = (hash ^ c) * 1099511628211;
        return hash;
    }

    private static ulong Mix(ulong hash, ulong next) => (BitOperations.RotateLeft(hash, 23) ^ next) * 0x9E3779B97F4A7C15;

    private static bool SameStrings(Evaluation evaluation, JsonElement left, JsonElement right)
    {
        var one = JsonMarshal.GetRawUtf8Value(left);
        var other = JsonMarshal.GetRawUtf8Value(right);
        if (!evaluation.Spend((one.Length + other.Length) / 64))
            return false;
        return one.SequenceEqual(other) || ((one.Contains((byte)'\\') || other.Contains((byte)'\\')) && left.ValueEquals(right.GetString()));
    }

    private static bool SameArrays(Evaluation evaluation, JsonElement left, JsonElement right)
    {
        if (left.GetArrayLength() != right.GetArrayLength())
            return false;
        using var others = right.EnumerateArray().GetEnumerator();
        foreach (var element in left.EnumerateArray())
        {
            others.MoveNext();
            if (!Same(evaluation, element, others.Current))
                return false;
        }

        return true;
    }

    private static bool SameObjects(Evaluation evaluation, JsonElement left, JsonElement right)
    {
        var count = left.GetPropertyCount();
        if (count != right.GetPropertyCount())
            return false;
        foreach (var member in left.EnumerateObject())
        {
            // Finding a member reads the others.
            if (!evaluation.Spend(1 + (count / 8)) || !right.TryGetProperty(member.Name, out var other) || !Same(evaluation, member.Value, other))
                return false;
        }

        return true;
    }
}
