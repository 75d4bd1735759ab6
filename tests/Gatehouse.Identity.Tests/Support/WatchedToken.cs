using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Tests.Support;

/// <summary>The answers about one good token, in the order in which they were asked for.</summary>
internal sealed class WatchedToken(string token)
{
    private readonly Lock gate = new();
    private readonly HashSet<TokenRefusal> reasons = [];
    private int accepted;
    private int refused;
    private bool? last;
    private int changes;

    public string Token => token;

    public int Accepted
    {
        get
        {
            lock (gate) return accepted;
        }
    }

    public int Refused
    {
        get
        {
            lock (gate) return refused;
        }
    }

    public IReadOnlyList<TokenRefusal> Reasons
    {
        get
        {
            lock (gate) return [.. reasons];
        }
    }

    /// <summary>True when the answer changed once at most, as seen by questions that began after the change was seen.</summary>
    public bool IsMonotonic
    {
        get
        {
            lock (gate) return changes <= 1;
        }
    }

    public Task UntilAsync(Func<WatchedToken, bool> isThere) => TokenLoad.WaitAsync(() => isThere(this));

    /// <summary>A ticket for a question: how often the answer had changed when it began.</summary>
    public int Begin()
    {
        lock (gate) return changes;
    }

    public void End(int ticket, TokenResult result)
    {
        lock (gate)
        {
            if (result.IsVerified)
                accepted++;
            else
                refused++;
            if (result.Refusal is { } reason)
                reasons.Add(reason);
            if (ticket != changes)
                return; // begun before the last change: either answer is right
            if (this.last is { } last && last != result.IsVerified)
                changes++;
            this.last = result.IsVerified;
        }
    }
}
