using System.Buffers;

namespace Gatehouse.Inventory.Repositories;

/// <summary>
/// One pattern of a <c>.gitignore</c>, with the meaning that git gives it (gitignore(5)). Texts are compared byte by byte, as git does, so both
/// sides are bytes in Latin-1. Matching takes time in proportion to pattern times path, whatever the pattern says.
/// </summary>
internal sealed class IgnorePattern
{
    private readonly List<Token> tokens;
    private readonly bool isAnywhere;

    private IgnorePattern(List<Token> tokens, bool isAnywhere, bool isNegated, bool isForFolders)
    {
        this.tokens = tokens;
        this.isAnywhere = isAnywhere;
        IsNegated = isNegated;
        IsForFolders = isForFolders;
    }

    private enum TokenKind
    {
        Character,
        One,
        Set,
        Star,
        Folders,
        Rest,
    }

    /// <summary>True when the pattern takes back what an earlier one ignores.</summary>
    public bool IsNegated { get; }

    private bool IsForFolders { get; }

    /// <summary>Reads a line; null for an empty line, a comment, or a pattern that never matches.</summary>
    public static IgnorePattern? Parse(string line)
    {
        var text = WithoutTrailingSpaces(line);
        if (text.Length == 0 || text[0] == '#') return null;
        var isNegated = text[0] == '!';
        if (isNegated) text = text[1..];
        var isForFolders = text.EndsWith('/');
        if (isForFolders) text = text[..^1];
        if (text.Length == 0) return null;
        // A slash at the beginning or in the middle ties the pattern to the folder of its file.
        var isAnywhere = !text.Contains('/', StringComparison.Ordinal);
        if (text[0] == '/') text = text[1..];
        return Tokens(text) is { } tokens ? new IgnorePattern(tokens, isAnywhere, isNegated, isForFolders) : null;
    }

    /// <summary>Returns whether the pattern is about the path.</summary>
    /// <param name="path">The path from the folder of the pattern's file, with slashes.</param>
    /// <param name="isFolder">True for a folder.</param>
    public bool Matches(string path, bool isFolder)
    {
        if (IsForFolders && !isFolder) return false;
        return Matches(isAnywhere ? path.AsSpan(path.LastIndexOf('/') + 1) : path);
    }

    // The states of an automaton: the tokens that may be the next one. No state is visited twice for one character.
    private bool Matches(ReadOnlySpan<char> path)
    {
        var now = ArrayPool<bool>.Shared.Rent(tokens.Count + 1);
        var next = ArrayPool<bool>.Shared.Rent(tokens.Count + 1);
        try
        {
            Array.Clear(now, 0, tokens.Count + 1);
            now[0] = true;
            for (var at = 0; at < path.Length; at++)
            {
                Skip(now, isAtName: at == 0 || path[at - 1] == '/');
                Array.Clear(next, 0, tokens.Count + 1);
                for (var i = 0; i < tokens.Count; i++)
                {
                    if (now[i]) Step(i, path[at], next);
                }

                (now, next) = (next, now);
            }

            Skip(now, isAtName: path.Length == 0 || path[^1] == '/');
            return now[tokens.Count];
        }
        finally
        {
            ArrayPool<bool>.Shared.Return(now);
            ArrayPool<bool>.Shared.Return(next);
        }
    }

    // Stars match nothing too, and folders may be none at the beginning of a name.
    private void Skip(bool[] states, bool isAtName)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            if (states[i] && (tokens[i].Kind == TokenKind.Star || (tokens[i].Kind == TokenKind.Folders && isAtName))) states[i + 1] = true;
        }
    }

    private void Step(int state, char character, bool[] next)
    {
        var token = tokens[state];
        switch (token.Kind)
        {
            case TokenKind.Character when character == token.Character:
            case TokenKind.One when character != '/':
            case TokenKind.Set when character != '/' && token.Set![character]:
                next[state + 1] = true;
                break;
            case TokenKind.Star when character != '/':
            case TokenKind.Folders:
                next[state] = true;
                break;
            case TokenKind.Rest:
                next[state] = next[state + 1] = true;
                break;
            default:
                break;
        }
    }

    private static List<Token>? Tokens(string text)
    {
        var tokens = new List<Token>();
        for (var at = 0; at < text.Length;)
        {
            // Two stars or more are folders where they are a whole name of the path.
            var stars = at == 0 || text[at - 1] == '/' ? text.AsSpan(at).IndexOfAnyExcept('*') : 0;
            if (stars < 0) stars = text.Length - at;
            var isEnd = at + stars == text.Length;
            if (stars >= 2 && (isEnd || text[at + stars] == '/'))
            {
                tokens.Add(new Token(isEnd ? TokenKind.Rest : TokenKind.Folders));
                at += isEnd ? stars : stars + 1;
            }
            else if (Token.Read(text, ref at) is { } token)
            {
                tokens.Add(token);
            }
            else
            {
                return null;
            }
        }

        return tokens;
    }

    private static string WithoutTrailingSpaces(string line)
    {
        var end = line.EndsWith('\r') ? line.Length - 1 : line.Length;
        while (end > 0 && line[end - 1] == ' ' && !IsEscaped(line, end - 1)) end--;
        return line[..end];
    }

    private static bool IsEscaped(string line, int at)
    {
        var count = 0;
        while (at - count > 0 && line[at - count - 1] == '\\') count++;
        return count % 2 == 1;
    }

    private sealed record Token(TokenKind Kind, char Character = '\0', bool[]? Set = null)
    {
        // Null for a set without its end and for a backslash at the end: git never matches such a pattern.
        public static Token? Read(string text, ref int at)
        {
            switch (text[at])
            {
                case '*':
                    while (at < text.Length && text[at] == '*') at++;
                    return new Token(TokenKind.Star);
                case '?':
                    at++;
                    return new Token(TokenKind.One);
                case '[':
                    return IgnoreSet.Read(text, ref at) is { } set ? new Token(TokenKind.Set, Set: set) : null;
                case '\\' when at + 1 == text.Length:
                    return null;
                case '\\':
                    at += 2;
                    return new Token(TokenKind.Character, text[at - 1]);
                default:
                    return new Token(TokenKind.Character, text[at++]);
            }
        }
    }
}
