using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Gatehouse.Peers.ThirdParties;

/// <summary>Codes, tokens and consents of a third party, in memory.</summary>
internal sealed class ThirdPartyStore(TimeProvider time)
{
    /// <summary>The consent to access while the person is away. No scope has this name.</summary>
    public const string Offline = "(offline)";

    private readonly Lock gate = new();
    private readonly Dictionary<string, PendingCode> pages = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PendingCode> codes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ThirdPartyToken> access = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ThirdPartyToken> refresh = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> consents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> families = new(StringComparer.Ordinal);

    public static string NewHandle(string prefix, int bytes = 30) => prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(bytes));

    public string AddPage(PendingCode request) => Add(pages, "", request);

    public bool TryTakePage(string? ticket, [NotNullWhen(true)] out PendingCode? request) => TryTake(pages, ticket, out request);

    public string AddCode(string prefix, PendingCode code) => Add(codes, prefix, code);

    /// <summary>Takes a code out: only one caller gets it.</summary>
    public bool TryTakeCode(string? code, [NotNullWhen(true)] out PendingCode? pending) =>
        TryTake(codes, code, out pending) && pending.End > time.GetUtcNow();

    public string AddAccess(string prefix, ThirdPartyToken token) => Add(access, prefix, token);

    public string AddRefresh(string prefix, ThirdPartyToken token) => Add(refresh, prefix, token);

    public bool TryGetAccess(string? token, [NotNullWhen(true)] out ThirdPartyToken? found) => TryGet(access, token, out found);

    public bool TryGetRefresh(string? token, [NotNullWhen(true)] out ThirdPartyToken? found) => TryGet(refresh, token, out found);

    /// <summary>The consent of a person, which begins with the first grant and lasts until it is revoked.</summary>
    public string FamilyOf(string person)
    {
        lock (gate)
        {
            if (!families.TryGetValue(person, out var family)) families[person] = family = NewHandle("");
            return family;
        }
    }

    /// <summary>True if the person has granted all of these scopes before.</summary>
    public bool HasConsent(string person, IEnumerable<string> scopes)
    {
        lock (gate) return consents.TryGetValue(person, out var granted) && scopes.All(granted.Contains);
    }

    public IReadOnlyList<string> Consented(string person)
    {
        lock (gate) return consents.TryGetValue(person, out var granted) ? [.. granted.Where(static scope => scope != Offline)] : [];
    }

    public void Consent(string person, IEnumerable<string> scopes)
    {
        lock (gate)
        {
            if (!consents.TryGetValue(person, out var granted)) consents[person] = granted = new(StringComparer.Ordinal);
            granted.UnionWith(scopes);
        }
    }

    /// <summary>Ends the tokens of one sign-in, as a refresh does that replaces them.</summary>
    public void Remove(string token)
    {
        lock (gate)
        {
            access.Remove(token);
            refresh.Remove(token);
        }
    }

    /// <summary>Ends the access tokens of a consent.</summary>
    public void RemoveAccessOf(string family)
    {
        lock (gate) RemoveOf(access, family);
    }

    /// <summary>Ends a consent with all its tokens.</summary>
    public void Revoke(ThirdPartyToken token)
    {
        lock (gate)
        {
            RemoveOf(access, token.Family);
            RemoveOf(refresh, token.Family);
            consents.Remove(token.Person);
            families.Remove(token.Person);
        }
    }

    private static void RemoveOf(Dictionary<string, ThirdPartyToken> tokens, string family)
    {
        foreach (var name in tokens.Where(pair => pair.Value.Family == family).Select(static pair => pair.Key).ToList()) tokens.Remove(name);
    }

    private string Add<T>(Dictionary<string, T> table, string prefix, T value)
    {
        var name = NewHandle(prefix);
        lock (gate) table[name] = value;
        return name;
    }

    private bool TryTake(Dictionary<string, PendingCode> table, string? name, [NotNullWhen(true)] out PendingCode? value)
    {
        value = null;
        lock (gate) return name is not null && table.Remove(name, out value);
    }

    private bool TryGet(Dictionary<string, ThirdPartyToken> table, string? name, [NotNullWhen(true)] out ThirdPartyToken? value)
    {
        value = null;
        lock (gate) return name is not null && table.TryGetValue(name, out value) && !(value.End <= time.GetUtcNow());
    }
}
