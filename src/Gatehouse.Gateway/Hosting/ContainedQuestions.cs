using Gatehouse.Containment;
using Gatehouse.Gateway.Approvals;
using Gatehouse.Policy.Decisions;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// The questions to people and unspent grants that a containment concerns: by their caller, their session, what is called, or a person who granted.
/// </summary>
/// <param name="book">The questions.</param>
internal sealed class ContainedQuestions(ApprovalBook book)
{
    /// <summary>Closes open questions about what is contained, and grants that were not used.</summary>
    /// <returns>The numbers of both.</returns>
    /// <exception cref="StoreException">The store refused; some may be closed.</exception>
    /// <exception cref="Audit.AuditUnavailableException">An entry could not be written; some may be closed.</exception>
    public async Task<(int Questions, int Grants)> CloseAsync(ContainedSet contained)
    {
        var closed = await book.Closing.CloseAsync(
            async (row, facts, cancellation) =>
                await IsContainedAsync(contained, row, facts, cancellation).ConfigureAwait(false) ? DecisionReasons.Contained : null,
            CancellationToken.None).ConfigureAwait(false);
        return (closed.Questions, closed.Grants);
    }

    /// <summary>Counts what <see cref="CloseAsync"/> would close.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<(int Questions, int Grants)> CountAsync(ContainedSet contained)
    {
        var counts = new int[2];
        foreach (var (at, state) in new[] { (0, ApprovalState.Open), (1, ApprovalState.Granted) })
        {
            await book.Reader.EachAsync(state, null, async (row, facts) =>
            {
                if (facts is not null && await IsContainedAsync(contained, row, facts, CancellationToken.None).ConfigureAwait(false)) counts[at]++;
            }, CancellationToken.None).ConfigureAwait(false);
        }

        return (counts[0], counts[1]);
    }

    private async Task<bool> IsContainedAsync(ContainedSet contained, ApprovalRow row, ApprovalFacts facts, CancellationToken cancellation)
    {
        if (contained.Server(facts.Server) is not null || contained.Caller(facts.Issuer, facts.Subject, facts.Client) is not null) return true;
        if (facts is { Method: "tools/call", Target: { } tool } && contained.Tool(facts.Server, tool) is not null) return true;
        if (facts.Session is { } session && contained.Session(session) is not null) return true;
        if (!contained.All.Any(static one => one.Facts.Kind is ContainmentKind.User or ContainmentKind.Client)) return false;
        var granters = await book.Reader.GrantersAsync(row, cancellation).ConfigureAwait(false);
        return granters.Any(by => by is not null && contained.Caller(by.Issuer, by.Subject, by.Client) is not null);
    }
}
