using System.Text;
using Gatehouse.Detection.Text;

namespace Gatehouse.Detection.Content;

/// <summary>
/// The words whose role in a sentence is known: who is addressed, what is asked for, obligations, conditions, orders of acts, words of function. A
/// word has at most one concept. Lookup is linear in the word.
/// </summary>
internal sealed class Lexicon
{
    // Less than half of them are taken, so that a walk seldom meets a taken slot. Every word that is new to a text walks through the table.
    private const int Bits = 17;
    private const int Slots = 1 << Bits;

    private static readonly Lazy<Lexicon> Loaded = new(Load);

    // A trie in one table: the key is a node and a character, the value the next node.
    private readonly uint[] keys = new uint[Slots];
    private readonly ushort[] nodes = new ushort[Slots];
    private readonly List<byte> whole = [0];
    private readonly List<byte> begins = [0];
    private readonly List<string> names = [];

    private Lexicon()
    {
    }

    /// <summary>The lexicon of this build.</summary>
    public static Lexicon Default => Loaded.Value;

    /// <summary>Names of the concepts; the number of a concept is its place in this list, counted from 1.</summary>
    public IReadOnlyList<string> Names => names;

    /// <summary>Number of the places in the trie, of at most 65,535.</summary>
    public int Nodes => whole.Count;

    /// <summary>Returns the concept of a word; 0 when it has none.</summary>
    public int Find(ReadOnlySpan<char> word)
    {
        var (node, longest) = (0, 0);
        foreach (var letter in word)
        {
            node = Next(node, letter);
            if (node == 0) return longest;
            if (begins[node] != 0) longest = begins[node];
        }

        return whole[node] != 0 ? whole[node] : longest;
    }

    /// <summary>Returns the longest known word at the beginning of a text without spaces, and its concept; 0 when there is none.</summary>
    public int FindLongest(ReadOnlySpan<char> text, out int length)
    {
        var (node, found) = (0, 0);
        length = 0;
        for (var at = 0; at < text.Length; at++)
        {
            node = Next(node, text[at]);
            if (node == 0) break;
            if (whole[node] == 0) continue;
            (found, length) = (whole[node], at + 1);
        }

        return found;
    }

    private int Next(int node, char letter)
    {
        var key = ((uint)node << 16 | letter) + 1;
        for (var slot = Slot(key); keys[slot] != 0; slot = (slot + 1) & (Slots - 1))
        {
            if (keys[slot] == key) return nodes[slot];
        }

        return 0;
    }

    private static int Slot(uint key) => (int)((key * 2654435761u) >> (32 - Bits));

    private static Lexicon Load()
    {
        var lexicon = new Lexicon();
        using var stream = typeof(Lexicon).Assembly.GetManifestResourceStream("lexicon.txt")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var name = line[..colon];
            if (!lexicon.names.Contains(name)) lexicon.names.Add(name);
            foreach (var word in line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
                lexicon.Add(word, (byte)(lexicon.names.IndexOf(name) + 1));
        }

        return lexicon;
    }

    // Of two words that fold to one, the first counts.
    private void Add(string word, byte concept)
    {
        var goesOn = word.EndsWith('*');
        var folded = FoldedText.Fold(TextView.Of(goesOn ? word[..^1] : word), 100, isName: false).Text;
        var node = 0;
        foreach (var letter in folded) node = Next(node, letter) is var known and > 0 ? known : Extend(node, letter);
        var table = goesOn ? begins : whole;
        if (table[node] == 0) table[node] = concept;
    }

    private int Extend(int node, char letter)
    {
        var next = checked((ushort)whole.Count);
        whole.Add(0);
        begins.Add(0);
        var key = ((uint)node << 16 | letter) + 1;
        var slot = Slot(key);
        while (keys[slot] != 0) slot = (slot + 1) & (Slots - 1);
        (keys[slot], nodes[slot]) = (key, next);
        return next;
    }
}
