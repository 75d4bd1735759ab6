using System.Buffers;
using System.Text;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.MisplacedTokens;

/// <summary>The search for access tokens in texts where none belongs.</summary>
/// <remarks>
/// <para>
/// A token is a long run of characters without a blank, a quotation mark or a comma, whether it is plain, escaped, percent-encoded or in base64. Most
/// messages have no such run. The search takes steps of the length of the shortest token and looks only for the last other character in each step, so
/// a message without a long run costs neither a copy nor a comparison.
/// </para>
/// <para>
/// A sender that encrypts a token, or cuts it into pieces, passes: the search is for tokens that a client or model puts into a message as they are.
/// </para>
/// </remarks>
internal readonly ref struct TokenSearch
{
    // A text that was encoded once more than this is not decoded.
    private const int Layers = 3;

    // b64token (RFC 6750 §2.1), and the marks of JSON escapes and percent-encoding.
    private static readonly SearchValues<byte> RunBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=\\%"u8);

    private readonly ReadOnlySpan<char> presented;
    private readonly GatewaySettings? issuers;
    private readonly int shortest;

    /// <summary>Prepares a search.</summary>
    /// <param name="presented">The token that the caller presented; empty when there is none.</param>
    /// <param name="issuers">The configuration whose issuers are trusted; null leaves out their JWTs.</param>
    public TokenSearch(ReadOnlySpan<char> presented, GatewaySettings? issuers)
    {
        this.issuers = issuers;
        this.presented = presented.Length < TokenForms.ShortestPresented ? [] : presented;
        shortest = this.presented.IsEmpty ? TokenForms.OwnLength : Math.Min(presented.Length, TokenForms.OwnLength);
    }

    /// <summary>Returns the token that the caller presented in the value of the Authorization header; empty when there is none.</summary>
    public static ReadOnlySpan<char> PresentedIn(string? authorization)
    {
        var value = authorization.AsSpan();
        return value[(value.LastIndexOf(' ') + 1)..];
    }

    /// <summary>Returns the kind in the words of the record.</summary>
    public static string NameOf(MisplacedTokenKind kind) => kind switch
    {
        MisplacedTokenKind.Presented => "presented-token",
        MisplacedTokenKind.Own => "gateway-token",
        _ => "trusted-issuer-token",
    };

    /// <summary>Searches a text.</summary>
    /// <param name="text">The text in UTF-8.</param>
    /// <param name="at">The beginning of the run that holds the token.</param>
    public MisplacedTokenKind Find(ReadOnlySpan<byte> text, out int at)
    {
        at = 0;
        while (text.Length - at >= shortest)
        {
            var gap = text.Slice(at, shortest).LastIndexOfAnyExcept(RunBytes);
            if (gap >= 0)
            {
                at += gap + 1;
                continue;
            }

            var run = RunAt(text, at);
            if (Judge(run) is not MisplacedTokenKind.None and var kind) return kind;
            at += run.Length + 1;
        }

        return MisplacedTokenKind.None;
    }

    /// <summary>Searches a text.</summary>
    public MisplacedTokenKind Find(ReadOnlySpan<char> text)
    {
        if (text.Length < shortest) return MisplacedTokenKind.None;
        var buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            return Find(buffer.AsSpan(0, Encoding.UTF8.GetBytes(text, buffer)), out _);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private static ReadOnlySpan<byte> RunAt(ReadOnlySpan<byte> text, int at)
    {
        var length = text[at..].IndexOfAnyExcept(RunBytes);
        return length < 0 ? text[at..] : text.Slice(at, length);
    }

    private MisplacedTokenKind Judge(ReadOnlySpan<byte> run)
    {
        var kind = JudgePlain(run);
        return kind == MisplacedTokenKind.None && EscapedText.IsIn(run) ? JudgeDecoded(run) : kind;
    }

    private MisplacedTokenKind JudgePlain(ReadOnlySpan<byte> run)
    {
        if (presented.Length > 0 && TokenForms.HasPresented(run, presented)) return MisplacedTokenKind.Presented;
        if (TokenForms.HasOwn(run)) return MisplacedTokenKind.Own;
        return issuers is not null && TrustedTokens.Has(run, issuers) ? MisplacedTokenKind.Trusted : MisplacedTokenKind.None;
    }

    private MisplacedTokenKind JudgeDecoded(ReadOnlySpan<byte> run)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(run.Length);
        try
        {
            run.CopyTo(buffer);
            var decoded = buffer.AsSpan(0, run.Length);
            for (var layer = 0; layer < Layers && EscapedText.IsIn(decoded); layer++)
            {
                decoded = decoded[..EscapedText.DecodeOnce(decoded)];
                if (JudgePlain(decoded) is not MisplacedTokenKind.None and var kind) return kind;
            }

            return MisplacedTokenKind.None;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }
}
