using System.Runtime.InteropServices;
using System.Text.Json;

namespace Gatehouse.Integrity.Schema.Evaluating;

/// <summary>Equality of JSON values (JSON Schema 2020-12 core section 4.2.2), with its work counted.</summary>
internal static class JsonEquality
{
    /// <summary>Whether both are the same value. False as well when no steps are left.</summary>
    public static bool Same(Evaluation evaluation, JsonElement left, JsonElement right)
    {
        if (!evaluation.Spend(1) || left.ValueKind != right.ValueKind)
            return false;
        return left.ValueKind switch
        {
            JsonValueKind.Object => SameObjects(evaluation, left, right),
            JsonValueKind.Array => SameArrays(evaluation, left, right),
            JsonValueKind.String => SameStrings(evaluation, left, right),
            JsonValueKind.Number => Number(left).Equals(Number(right)),
            _ => true,
        };
    }

    /// <summary>A number that equal values share. Nothing follows for values that differ.</summary>
    public static int Hash(Evaluation evaluation, JsonElement value)
    {
        if (!evaluation.Spend(1))
            return 0;
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                int sum = 17;
                foreach (JsonProperty member in value.EnumerateObject())
                    sum += HashCode.Combine(member.Name.GetHashCode(StringComparison.Ordinal), Hash(evaluation, member.Value));
                return sum;
            case JsonValueKind.Array:
                int joined = 31;
                foreach (JsonElement element in value.EnumerateArray())
                    joined = HashCode.Combine(joined, Hash(evaluation, element));
                return joined;
            case JsonValueKind.String:
                string text = value.GetString()!;
                evaluation.Spend(text.Length / 64);
                return text.GetHashCode(StringComparison.Ordinal);
            case JsonValueKind.Number:
                return Number(value).GetHashCode();
            default:
                return (int)value.ValueKind;
        }
    }

    /// <summary>The exact value of a number.</summary>
    public static ExactNumber Number(JsonElement number) => ExactNumber.Parse(JsonMarshal.GetRawUtf8Value(number));

    private static bool SameStrings(Evaluation evaluation, JsonElement left, JsonElement right)
    {
        ReadOnlySpan<byte> raw = JsonMarshal.GetRawUtf8Value(left);
        evaluation.Spend(raw.Length / 64);
        return raw.SequenceEqual(JsonMarshal.GetRawUtf8Value(right)) || left.ValueEquals(right.GetString());
    }

    private static bool SameArrays(Evaluation evaluation, JsonElement left, JsonElement right)
    {
        if (left.GetArrayLength() != right.GetArrayLength())
            return false;
        using JsonElement.ArrayEnumerator others = right.EnumerateArray().GetEnumerator();
        foreach (JsonElement element in left.EnumerateArray())
        {
            others.MoveNext();
            if (!Same(evaluation, element, others.Current))
                return false;
        }

        return true;
    }

    private static bool SameObjects(Evaluation evaluation, JsonElement left, JsonElement right)
    {
        int count = left.GetPropertyCount();
        if (count != right.GetPropertyCount())
            return false;
        foreach (JsonProperty member in left.EnumerateObject())
        {
            // Finding a member reads the others.
            if (!evaluation.Spend(1 + (count / 8)) || !right.TryGetProperty(member.Name, out JsonElement other) || !Same(evaluation, member.Value, other))
                return false;
        }

        return true;
    }
}
