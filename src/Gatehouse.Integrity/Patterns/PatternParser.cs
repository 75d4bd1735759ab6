using System.Globalization;

namespace Gatehouse.Integrity.Patterns;

/// <summary>A parser of regular expressions of ECMA-262 with the flag <c>u</c>, as JSON Schema 2020-12 core section 6.4 asks.</summary>
/// <remarks>
/// More is accepted than that flag allows where browsers accept it and the meaning is plain: escaped punctuation and lone closing brackets or braces.
/// Back references and lookbehind are refused: with them no bound on the time holds.
/// </remarks>
internal ref struct PatternParser(string pattern)
{
    private const int MaxNesting = 50;
    private const int MaxCount = 10_000;

    private readonly string pattern = pattern;
    private int at;
    private int nesting;

    /// <summary>Parses the whole pattern.</summary>
    /// <exception cref="PatternRefused">It is no pattern, or one that cannot be run in bounded time.</exception>
    public PatternNode Parse()
    {
        var node = Disjunction();
        if (at < this.pattern.Length)
            throw new PatternRefused("a closing parenthesis has no opening one");
        return node;
    }

    private PatternNode Disjunction()
    {
        if (++nesting > MaxNesting)
            throw new PatternRefused($"groups are nested deeper than {MaxNesting}");
        List<PatternNode> choices = [Alternative()];
        while (Take('|'))
            choices.Add(Alternative());
        nesting--;
        return choices.Count == 1 ? choices[0] : new PatternNode.Either(choices);
    }

    private PatternNode Alternative()
    {
        List<PatternNode> parts = [];
        while (at < this.pattern.Length && this.pattern[at] is not ('|' or ')'))
            parts.Add(Quantified(Term()));
        return parts.Count == 1 ? parts[0] : new PatternNode.Sequence(parts);
    }

    private PatternNode Term()
    {
        var c = this.pattern[at];
        switch (c)
        {
            case '^':
                return Place(PatternOperation.Start);
            case '$':
                return Place(PatternOperation.End);
            case '(':
                return Group();
            case '[':
                return Class();
            case '.':
                at++;
                return new PatternNode.One(CharacterSet.Dot);
            case '\\':
                return Escaped();
            case '*' or '+' or '?':
                throw new PatternRefused("a quantifier has nothing before it");
            default:
                return Literal(CodePoint());
        }
    }

    private PatternNode.Place Place(PatternOperation condition)
    {
        at++;
        return new PatternNode.Place(condition);
    }

    private PatternNode Group()
    {
        at++;
        PatternNode node;
        if (TakeText("?="))
            node = new PatternNode.Ahead(Disjunction(), Negative: false);
        else if (TakeText("?!"))
            node = new PatternNode.Ahead(Disjunction(), Negative: true);
        else if (TakeText("?<=") || TakeText("?<!"))
            throw new PatternRefused("looking behind cannot be run in linear time here");
        else
            node = PlainGroup();
        if (!Take(')'))
            throw new PatternRefused("a group is not closed");
        return node;
    }

    private PatternNode PlainGroup()
    {
        if (TakeText("?<"))
        {
            var end = this.pattern.IndexOf('>', at);
            if (end <= at)
                throw new PatternRefused("the name of a group is not closed");
            at = end + 1;
        }
        else if (at < this.pattern.Length && this.pattern[at] == '?' && !TakeText("?:"))
        {
            throw new PatternRefused("a group begins with something that ECMA-262 does not know");
        }

        return Disjunction();
    }

    private PatternNode Quantified(PatternNode part)
    {
        if (at == this.pattern.Length)
            return part;
        (int Min, int? Max)? count = this.pattern[at] switch
        {
            '*' => (0, null),
            '+' => (1, null),
            '?' => (0, 1),
            _ => null,
        };
        if (count is not null)
            at++;
        else
            count = Braces();
        if (count is not { } found)
            return part;
        Take('?'); // Lazy or greedy makes no difference to whether there is a match.
        if (part is PatternNode.Place)
            throw new PatternRefused("a quantifier follows a condition");
        return new PatternNode.Repeat(part, found.Min, found.Max);
    }

    private (int Min, int? Max)? Braces()
    {
        var close = this.pattern[at] == '{' ? this.pattern.IndexOf('}', at) : -1;
        if (close < 0)
            return null;
        var inside = this.pattern.AsSpan(at + 1, close - at - 1);
        var comma = inside.IndexOf(',');
        var low = comma < 0 ? inside : inside[..comma];
        var high = comma < 0 ? inside : inside[(comma + 1)..];
        if (low.IsEmpty || low.ContainsAnyExceptInRange('0', '9') || high.ContainsAnyExceptInRange('0', '9'))
            return null;
        at = close + 1;
        var min = Count(low);
        int? max = high.IsEmpty ? null : Count(high);
        return min <= (max ?? MaxCount) ? (min, max) : throw new PatternRefused("a quantifier counts down");
    }

    private static int Count(ReadOnlySpan<char> digits) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= MaxCount
            ? count
            : throw new PatternRefused($"a quantifier counts beyond {MaxCount}");

    private PatternNode Escaped()
    {
        var next = at + 1 < this.pattern.Length ? this.pattern[at + 1] : throw new PatternRefused("it ends with a backslash");
        if (next is 'b' or 'B')
        {
            at += 2;
            return new PatternNode.Place(next == 'b' ? PatternOperation.Boundary : PatternOperation.NoBoundary);
        }

        if (next is (>= '1' and <= '9') or 'k')
            throw new PatternRefused("a back reference cannot be run in linear time");
        var set = new CharacterSet();
        EscapeInto(set);
        return new PatternNode.One(set.Finish());
    }

    /// <summary>Adds the meaning of an escape.</summary>
    /// <returns>The code point, or null when it means a class.</returns>
    private int? EscapeInto(CharacterSet set)
    {
        if (++at == this.pattern.Length)
            throw new PatternRefused("it ends with a backslash");
        var kind = this.pattern[at];
        switch (kind)
        {
            case 'd' or 'D' or 'w' or 'W' or 's' or 'S':
                at++;
                set.AddClass(kind);
                return null;
            case 'p' or 'P':
                Property(set, inside: kind == 'p');
                return null;
            default:
                var codePoint = EscapedCodePoint(kind);
                set.Add(codePoint, codePoint);
                return codePoint;
        }
    }

    private void Property(CharacterSet set, bool inside)
    {
        var close = this.pattern.IndexOf('}', at);
        if (close < 0 || this.pattern[at + 1] != '{')
            throw new PatternRefused("the name of a Unicode property is not in braces");
        var name = this.pattern[(at + 2)..close];
        if (!UnicodeProperty.TryFind(name, out var categories))
            throw new PatternRefused("it names a Unicode property other than a general category, which cannot be run here");
        set.Add(categories, inside);
        at = close + 1;
    }

    private int EscapedCodePoint(char kind)
    {
        at++;
        switch (kind)
        {
            case 't':
                return '\t';
            case 'n':
                return '\n';
            case 'v':
                return '\v';
            case 'f':
                return '\f';
            case 'r':
                return '\r';
            case '0' when at == this.pattern.Length || !char.IsAsciiDigit(this.pattern[at]):
                return 0;
            case 'c' when at < this.pattern.Length && char.IsAsciiLetter(this.pattern[at]):
                return this.pattern[at++] & 0x1F;
            case 'x':
                return Hex(2);
            case 'u':
                return Unicode();
            default:
                if (char.IsAsciiLetterOrDigit(kind))
                    throw new PatternRefused($"\\{kind} has no meaning in ECMA-262");
                at--;
                return CodePoint();
        }
    }

    private int Unicode()
    {
        if (Take('{'))
        {
            var close = this.pattern.IndexOf('}', at);
            var value = close > at && close - at <= 6 ? Hex(close - at) : throw new PatternRefused("a code point escape is malformed");
            at++;
            return value <= 0x10FFFF ? value : throw new PatternRefused("a code point escape is beyond U+10FFFF");
        }

        var unit = Hex(4);
        if (!char.IsHighSurrogate((char)unit) || !TakeText("\\u"))
            return unit;
        var low = Hex(4);
        return char.IsLowSurrogate((char)low)
            ? char.ConvertToUtf32((char)unit, (char)low) : throw new PatternRefused("half of a surrogate pair is without the other half");
    }

    private int Hex(int digits)
    {
        if (at + digits > this.pattern.Length
            || !int.TryParse(this.pattern.AsSpan(at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            throw new PatternRefused("a hexadecimal escape is malformed");
        at += digits;
        return value;
    }

    private PatternNode.One Class()
    {
        at++;
        var negated = Take('^');
        var set = new CharacterSet();
        while (!Take(']'))
        {
            if (at == this.pattern.Length)
                throw new PatternRefused("a character class is not closed");
            ClassItem(set);
        }

        return new PatternNode.One(set.Finish(negated));
    }

    private void ClassItem(CharacterSet set)
    {
        var first = ClassAtom(set);
        if (first is null || at + 1 >= this.pattern.Length || this.pattern[at] != '-' || this.pattern[at + 1] == ']')
            return;
        at++;
        if (ClassAtom(set) is not { } last)
        {
            set.Add('-', '-');
            return;
        }

        set.Add(first.Value, first.Value <= last ? last : throw new PatternRefused("a range of characters runs backwards"));
    }

    private int? ClassAtom(CharacterSet set)
    {
        if (this.pattern[at] == '\\')
        {
            if (at + 1 >= this.pattern.Length || this.pattern[at + 1] != 'b')
                return EscapeInto(set);
            at += 2;
            set.Add('\b', '\b');
            return '\b';
        }

        var codePoint = CodePoint();
        set.Add(codePoint, codePoint);
        return codePoint;
    }

    private static PatternNode.One Literal(int codePoint) => new(new CharacterSet().Add(codePoint, codePoint).Finish());

    private int CodePoint()
    {
        var codePoint = char.IsSurrogatePair(this.pattern, Math.Min(at, this.pattern.Length - 1))
            ? char.ConvertToUtf32(this.pattern, at) : this.pattern[at];
        at += codePoint > 0xFFFF ? 2 : 1;
        return codePoint;
    }

    private bool Take(char c)
    {
        if (at == this.pattern.Length || this.pattern[at] != c)
            return false;
        at++;
        return true;
    }

    private bool TakeText(string text)
    {
        if (string.CompareOrdinal(this.pattern, at, text, 0, text.Length) != 0)
            return false;
        at += text.Length;
        return true;
    }
}
