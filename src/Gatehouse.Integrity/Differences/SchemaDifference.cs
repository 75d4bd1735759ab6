using System.Text.Json;
using Gatehouse.Integrity.Schema.Evaluating;
using Gatehouse.Text;

namespace Gatehouse.Integrity.Differences;

/// <summary>The difference of two schemas, explained by what calls may, must or may no longer give.</summary>
/// <remarks>
/// It reads keywords one by one; the effect of several together is not worked out. A change under <c>not</c> is only reported as a change.
/// </remarks>
internal sealed class SchemaDifference(ChangeList changes)
{
    private static readonly string[] Lower = ["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains"];
    private static readonly string[] Upper = ["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains"];
    private static readonly string[] Maps = ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"];
    private static readonly string[] Nested =
        ["items", "additionalProperties", "unevaluatedProperties", "unevaluatedItems", "contains", "propertyNames", "if", "then", "else",
            "additionalItems"];
    private static readonly string[] Lists = ["allOf", "anyOf", "oneOf", "prefixItems"];
    private static readonly string[] Restrictions = ["pattern", "format", "multipleOf", "uniqueItems", "const"];
    private static readonly JsonElement Anything = JsonElement.Parse("true"u8);
    private static readonly JsonElement NoMembers = JsonElement.Parse("{}"u8);

    /// <summary>Compares two schemas at a place.</summary>
    public void Between(string pointer, JsonElement before, JsonElement after)
    {
        if (JsonSame.Same(before, after))
            return;
        if (before.ValueKind == JsonValueKind.False)
            changes.Add(pointer, ChangeEffect.Permits, $"nothing was allowed here; now {Words(after)}");
        else if (after.ValueKind == JsonValueKind.False)
            changes.Add(pointer, ChangeEffect.Forbids, "nothing is allowed here now");
        else
            Objects(pointer, Open(before), Open(after));
    }

    private static JsonElement Open(JsonElement schema) => schema.ValueKind == JsonValueKind.Object ? schema : NoMembers;

    private string Words(JsonElement schema) =>
        schema.ValueKind == JsonValueKind.True || JsonSame.Same(schema, NoMembers) ? "anything is" : $"this is: {changes.Show(schema)}";

    private void Objects(string pointer, JsonElement before, JsonElement after)
    {
        foreach (var keyword in before.EnumerateObject().Concat(after.EnumerateObject()).Select(member => member.Name)
            .Distinct(StringComparer.Ordinal))
        {
            var old = Find(before, keyword);
            var now = Find(after, keyword);
            if (old is null || now is null || !JsonSame.Same(old.Value, now.Value))
                Keyword(JsonPointers.Child(pointer, keyword), keyword, old, now);
        }
    }

    private void Keyword(string path, string keyword, JsonElement? before, JsonElement? after)
    {
        if (keyword == "type")
            Types(path, before, after);
        else if (keyword == "enum")
            Values(path, before, after);
        else if (keyword == "required")
            Required(path, before, after);
        else if (Lower.Contains(keyword) || Upper.Contains(keyword))
            Limit(path, Upper.Contains(keyword), before, after);
        else if (Maps.Contains(keyword))
            Map(path, keyword, before, after);
        else if (Nested.Contains(keyword))
            Between(path, before ?? Anything, after ?? Anything);
        else if (Lists.Contains(keyword))
            Alternatives(path, keyword, before, after);
        else if (Restrictions.Contains(keyword))
            Restriction(path, keyword, before, after);
        else
            Other(path, keyword, before, after);
    }

    private void Types(string path, JsonElement? before, JsonElement? after)
    {
        var old = Texts(before);
        var now = Texts(after);
        if (now.Length == 0)
            changes.Add(path, ChangeEffect.Permits, $"any type is accepted; was {List(old)}");
        else if (old.Length == 0)
            changes.Add(path, ChangeEffect.Forbids, $"only {List(now)} is accepted; was any type");
        else
            Sets(path, [.. old.Select(VisibleText.Escape)], [.. now.Select(VisibleText.Escape)], "type ");
    }

    private void Values(string path, JsonElement? before, JsonElement? after)
    {
        if (after is null)
            changes.Add(path, ChangeEffect.Permits, "any value is accepted; was one of a list");
        else if (before is null)
            changes.Add(path, ChangeEffect.Forbids, $"only these are accepted: {changes.Show(after.Value)}");
        else
            Sets(path, [.. before.Value.EnumerateArray().Select(changes.Show)], [.. after.Value.EnumerateArray().Select(changes.Show)], "");
    }

    private void Sets(string path, string[] before, string[] after, string word)
    {
        foreach (var added in after.Except(before))
            changes.Add(path, ChangeEffect.Permits, $"{word}{added} is accepted now");
        foreach (var removed in before.Except(after))
            changes.Add(path, ChangeEffect.Forbids, $"{word}{removed} is no longer accepted");
    }

    private void Required(string path, JsonElement? before, JsonElement? after)
    {
        var old = Texts(before);
        var now = Texts(after);
        foreach (var added in now.Except(old))
            changes.Add(path, ChangeEffect.Asks, $"the member {changes.Name(added)} must be given now");
        foreach (var removed in old.Except(now))
            changes.Add(path, ChangeEffect.Permits, $"the member {changes.Name(removed)} may be left out now");
    }

    private void Limit(string path, bool upper, JsonElement? before, JsonElement? after)
    {
        if (after is null)
            changes.Add(path, ChangeEffect.Permits, $"the limit {changes.Show(before!.Value)} is gone");
        else if (before is null)
            changes.Add(path, ChangeEffect.Forbids, $"there is a limit now: {changes.Show(after.Value)}");
        else if (before.Value.ValueKind != JsonValueKind.Number || after.Value.ValueKind != JsonValueKind.Number)
            changes.AddValue(path, before.Value, after.Value);
        else
        {
            var wider = ExactNumber.Compare(JsonEquality.Number(after.Value), JsonEquality.Number(before.Value)) > 0 == upper;
            changes.Add(path, wider
                ? ChangeEffect.Permits : ChangeEffect.Forbids, $"the limit was {changes.Show(before.Value)}, is now {changes.Show(after.Value)}");
        }
    }

    private void Map(string path, string keyword, JsonElement? before, JsonElement? after)
    {
        var old = Open(before ?? NoMembers);
        var now = Open(after ?? NoMembers);
        var named = keyword == "properties";
        foreach (var member in old.EnumerateObject())
        {
            var at = JsonPointers.Child(path, member.Name);
            if (now.TryGetProperty(member.Name, out var same))
                Between(at, member.Value, same);
            else
                changes.Add(at, named ? ChangeEffect.Forbids
                    : ChangeEffect.Changes, $"{(named ? "the member" : "the entry")} {changes.Name(member.Name)} is no longer described");
        }

        foreach (var member in now.EnumerateObject())
        {
            if (!old.TryGetProperty(member.Name, out _))
                changes.Add(JsonPointers.Child(path, member.Name), named ? ChangeEffect.Asks : ChangeEffect.Changes,
                    $"{(named ? "the member" : "the entry")} {changes.Name(member.Name)} is new: {changes.Show(member.Value)}");
        }
    }

    private void Alternatives(string path, string keyword, JsonElement? before, JsonElement? after)
    {
        JsonElement[] old = before is { ValueKind: JsonValueKind.Array } one ? [.. one.EnumerateArray()] : [];
        JsonElement[] now = after is { ValueKind: JsonValueKind.Array } other ? [.. other.EnumerateArray()] : [];
        var widens = keyword is "anyOf" or "oneOf";
        var common = Math.Min(old.Length, now.Length);
        for (var at = 0; at < common; at++)
            Between(JsonPointers.Child(path, at), old[at], now[at]);
        for (var at = common; at < now.Length; at++)
            changes.Add(JsonPointers.Child(path, at), widens && old.Length > 0
                ? ChangeEffect.Permits : ChangeEffect.Forbids, $"is new: {changes.Show(now[at])}");
        for (var at = common; at < old.Length; at++)
            changes.Add(JsonPointers.Child(path, at), widens && now.Length > 0
                ? ChangeEffect.Forbids : ChangeEffect.Permits, $"is gone: {changes.Show(old[at])}");
    }

    private void Restriction(string path, string keyword, JsonElement? before, JsonElement? after)
    {
        var none = after is null || after.Value.ValueKind == JsonValueKind.False;
        if (none && before is not null)
            changes.Add(path, ChangeEffect.Permits, $"the restriction {keyword} {changes.Show(before.Value)} is gone");
        else if (before is null || before.Value.ValueKind == JsonValueKind.False)
            changes.Add(path, ChangeEffect.Forbids, $"there is a restriction now: {keyword} {changes.Show(after!.Value)}");
        else
            changes.Add(path, ChangeEffect.Permits,
                $"other values are accepted now: was {changes.Show(before.Value)}, is {changes.Show(after!.Value)}");
    }

    private void Other(string path, string keyword, JsonElement? before, JsonElement? after)
    {
        // A default is sent although no person wrote it.
        var effect = keyword == "default" ? ChangeEffect.Asks
            : keyword is "not" or "$ref" or "$dynamicRef" or "$id" or "$schema" or "$anchor" ? ChangeEffect.Changes : ChangeEffect.Says;
        if (before is { } old && after is { } now && effect == ChangeEffect.Says)
            changes.AddValue(path, old, now);
        else if (before is null)
            changes.Add(path, effect, $"is new: {changes.Show(after!.Value)}");
        else if (after is null)
            changes.Add(path, effect, $"was {changes.Show(before.Value)}, is gone");
        else
            changes.Add(path, effect, $"was {changes.Show(before.Value)}, is now {changes.Show(after.Value)}");
    }

    private static JsonElement? Find(JsonElement schema, string keyword) => schema.TryGetProperty(keyword, out var value) ? value : null;

    private static string List(string[] words) => string.Join(" or ", words.Select(VisibleText.Escape));

    private static string[] Texts(JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.String } text => [text.GetString()!],
        { ValueKind: JsonValueKind.Array } list =>
            [.. list.EnumerateArray().Select(element => element.ValueKind == JsonValueKind.String ? element.GetString()! : element.GetRawText())],
        _ => [],
    };
}
