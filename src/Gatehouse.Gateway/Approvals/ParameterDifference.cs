using System.Globalization;
using System.Text;
using Gatehouse.Protocol.Json;
using Gatehouse.Text;

namespace Gatehouse.Gateway.Approvals;

/// <summary>
/// The difference between the parameters of two calls, both in canonical form: the values that were added, removed or changed, each with its path and
/// escaped.
/// </summary>
/// <remarks>
/// <para>Objects are compared by names and arrays by positions. Of an object or array that only one of the calls has, each value in it counts.</para>
/// <para>Threat: a caller makes the difference longer than a person reads, or hides a change behind a long equal beginning. The number of values that
/// are listed and their lengths are bounded, all others are counted, and of two long texts the equal beginning is left out and counted.</para>
/// </remarks>
internal sealed class ParameterDifference
{
    /// <summary>The most values that are listed. The parameters themselves are shown in full.</summary>
    public const int MostListed = 20;

    /// <summary>The most letters of one value, as it is escaped.</summary>
    public const int MostLetters = 160;

    private const int MostNameLetters = 48;
    private const int MostNames = 8;

    private readonly ReadOnlyMemory<byte> before;
    private readonly ReadOnlyMemory<byte> after;
    private readonly List<ComparedValue> listed = [];

    private ParameterDifference(ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> after) => (this.before, this.after) = (before, after);

    /// <summary>The first differences.</summary>
    public IReadOnlyList<ComparedValue> Listed => listed;

    /// <summary>Number of values that have changed.</summary>
    public int Changed { get; private set; }

    /// <summary>Number of values that only the later call has.</summary>
    public int Added { get; private set; }

    /// <summary>Number of values that only the earlier call has.</summary>
    public int Removed { get; private set; }

    /// <summary>Compares the parameters of two calls.</summary>
    /// <param name="before">Those of the earlier call, in canonical form; empty for none.</param>
    /// <param name="after">Those of the later call, in canonical form; empty for none.</param>
    public static ParameterDifference Between(ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> after)
    {
        var difference = new ParameterDifference(before, after);
        var (old, now) = (new ByteRange(0, before.Length), new ByteRange(0, after.Length));
        if (!before.IsEmpty && !after.IsEmpty) difference.Compare(old, now, Place.Root);
        else if (!after.IsEmpty) difference.AddAll(now, Place.Root);
        else if (!before.IsEmpty) difference.RemoveAll(old, Place.Root);
        return difference;
    }

    // Equal values have equal bytes: both are in canonical form.
    private void Compare(ByteRange old, ByteRange now, Place place)
    {
        var earlier = old.Of(before.Span);
        var later = now.Of(after.Span);
        if (earlier.SequenceEqual(later)) return;
        switch (((char)earlier[0], (char)later[0]))
        {
            case ('{', '{'):
                CompareMembers(old, now, place);
                break;
            case ('[', '['):
                CompareElements(old, now, place);
                break;
            case ('{' or '[', _) or (_, '{' or '['):
                RemoveAll(old, place);
                AddAll(now, place);
                break;
            default:
                Changed++;
                if (!IsFull) listed.Add(ChangeOf(earlier, later, place));
                break;
        }
    }

    private void CompareMembers(ByteRange old, ByteRange now, Place place)
    {
        var left = new Dictionary<string, ByteRange>(StringComparer.Ordinal);
        foreach (var member in JsonWalk.Members(before.Span, old)) left[NameOf(before, member)] = member.Value;
        foreach (var member in JsonWalk.Members(after.Span, now))
        {
            var name = NameOf(after, member);
            if (left.Remove(name, out var earlier)) Compare(earlier, member.Value, place.Of(name));
            else AddAll(member.Value, place.Of(name));
        }

        foreach (var member in JsonWalk.Members(before.Span, old))
        {
            var name = NameOf(before, member);
            if (left.ContainsKey(name)) RemoveAll(member.Value, place.Of(name));
        }
    }

    private void CompareElements(ByteRange old, ByteRange now, Place place)
    {
        var earlier = new List<ByteRange>();
        foreach (var element in JsonWalk.Elements(before.Span, old)) earlier.Add(element);
        var position = 0;
        foreach (var element in JsonWalk.Elements(after.Span, now))
        {
            if (position < earlier.Count) Compare(earlier[position], element, place.At(position));
            else AddAll(element, place.At(position));
            position++;
        }

        for (; position < earlier.Count; position++) RemoveAll(earlier[position], place.At(position));
    }

    private void AddAll(ByteRange value, Place place) => EachValue(after, value, place, (token, at) =>
    {
        Added++;
        if (!IsFull) listed.Add(new ComparedValue(ValueChange.Added, PathOf(at), null, Shown(token.Of(after.Span), 0)));
    });

    private void RemoveAll(ByteRange value, Place place) => EachValue(before, value, place, (token, at) =>
    {
        Removed++;
        if (!IsFull) listed.Add(new ComparedValue(ValueChange.Removed, PathOf(at), Shown(token.Of(before.Span), 0), null));
    });

    // The values that hold no others: strings, numbers, literals, and empty objects and arrays.
    private static void EachValue(ReadOnlyMemory<byte> json, ByteRange value, Place place, Action<ByteRange, Place> act)
    {
        var token = value.Of(json.Span);
        if (token.Length == 2 || token[0] is not ((byte)'{' or (byte)'['))
        {
            act(value, place);
            return;
        }

        foreach (var member in JsonWalk.Members(json.Span, value)) EachValue(json, member.Value, place.Of(NameOf(json, member)), act);
        var position = 0;
        foreach (var element in JsonWalk.Elements(json.Span, value)) EachValue(json, element, place.At(position++), act);
    }

    private bool IsFull => listed.Count >= MostListed;

    private static ComparedValue ChangeOf(ReadOnlySpan<byte> earlier, ReadOnlySpan<byte> later, Place place)
    {
        var isSameKind = earlier[0] == '"' == (later[0] == '"');
        var equal = isSameKind && (IsLong(earlier) || IsLong(later)) ? EqualBeginning(earlier, later) : 0;
        return new ComparedValue(ValueChange.Changed, PathOf(place), Shown(earlier, equal), Shown(later, equal));
    }

    private static bool IsLong(ReadOnlySpan<byte> token) => ApprovalText.Visible(TextOf(token)).Length > MostLetters;

    // A pair of surrogates is not divided.
    private static int EqualBeginning(ReadOnlySpan<byte> earlier, ReadOnlySpan<byte> later)
    {
        var (one, other) = (TextOf(earlier), TextOf(later));
        var equal = one.AsSpan().CommonPrefixLength(other);
        return equal > 0 && char.IsHighSurrogate(one[equal - 1]) ? equal - 1 : equal;
    }

    private static string TextOf(ReadOnlySpan<byte> token) => JsonText.Decode(token) ?? Encoding.UTF8.GetString(token);

    // What is ours is outside the quotation marks, so that no value imitates it.
    private static string Shown(ReadOnlySpan<byte> token, int equal)
    {
        var visible = ApprovalText.Visible(TextOf(token)[equal..]);
        var kept = VisibleText.Beginning(visible, MostLetters);
        var before = equal > 0 ? $"({Counted(equal, "equal letter")}) " : "";
        var after = kept.Length < visible.Length ? $" ({Counted(visible.Length - kept.Length, "more letter")})" : "";
        return before + (token[0] == '"' ? VisibleText.InQuotes(kept) : kept) + after;
    }

    // The path in its normalized form (RFC 9535 section 2.7), with escapes of ours.
    private static string PathOf(Place place)
    {
        var parts = new List<string>();
        var left = 0;
        for (var at = place; at.Parent is { } parent; at = parent)
        {
            if (parts.Count < MostNames) parts.Add(StepOf(at));
            else left++;
        }

        parts.Reverse();
        return (left > 0 ? $"$ ({Counted(left, "level")}) " : "$") + string.Concat(parts);
    }

    private static string StepOf(Place place) => place.Name is { } name ? $"['{NameIn(name)}]"
        : string.Create(CultureInfo.InvariantCulture, $"[{place.Position}]");

    private static string NameIn(string name)
    {
        var visible = ApprovalText.Visible(name);
        var kept = VisibleText.Beginning(visible, MostNameLetters);
        var rest = kept.Length < visible.Length ? $" ({Counted(visible.Length - kept.Length, "more letter")})" : "";
        return $"{kept.Replace("'", "\\'", StringComparison.Ordinal)}'{rest}";
    }

    private static string Counted(int number, string of) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {of}{(number == 1 ? "" : "s")}");

    private static string NameOf(ReadOnlyMemory<byte> json, JsonMember member) => JsonText.Decode(member.Name.Of(json.Span)) ?? "";

    // A path is written only for values that are listed: the paths of all values together can be much larger than the parameters.
    private sealed record Place(Place? Parent, string? Name, int Position)
    {
        public static Place Root { get; } = new(null, null, 0);

        public Place Of(string name) => new(this, name, 0);

        public Place At(int position) => new(this, null, position);
    }
}
