using Gatehouse.Policy;

namespace Gatehouse.Pipeline.Listing;

/// <summary>
/// Is there something of this name for the caller? What is forbidden and what does not exist take the same way here, with the
/// same work: the lists are asked for, and asked for anew once, whatever the policy has said (AZ-01, design rule 15).
/// </summary>
internal sealed class NameCheck(ICatalogue catalogue)
{
    /// <summary>True when the policy has permitted the name and the server has it.</summary>
    /// <exception cref="RefusalException">The server's list cannot be had: a check that needs a definition and has none refuses (design rule 10).</exception>
    public async ValueTask<bool> KnowsAsync(Exchange exchange, PolicyRequest request, bool permitted, CancellationToken cancellation)
    {
        await EraRule.RequireAsync(exchange, catalogue, cancellation).ConfigureAwait(false);
        // Servers may serve resources that they do not list (MCP 2025-11-25, tools, resource links); only where that is chosen.
        if (request.Target == PolicyTarget.Resource && exchange.Server.Lists.UnlistedResources) return permitted;
        var name = permitted ? request.Name : null;
        foreach (var kind in ListKinds.Naming(request.Target))
        {
            if (Finds(exchange, await catalogue.ListAsync(exchange, kind, cancellation).ConfigureAwait(false), name)) return true;
        }

        foreach (var kind in ListKinds.Naming(request.Target))
        {
            if (Finds(exchange, await catalogue.RenewAsync(exchange, kind, cancellation).ConfigureAwait(false), name)) return true;
        }

        return false;
    }

    private static bool Finds(Exchange exchange, ServerList list, string? name)
    {
        if (name is null) return false;
        var entry = list.Find(name) ?? list.Entries.FirstOrDefault(e => e.Shape is { } shape && shape.Matches(name));
        if (entry is null || !Visibility.Exists(exchange, list.Kind, entry)) return false;
        exchange.Tool = entry.Tool ?? exchange.Tool;
        exchange.Prompt = entry.Prompt ?? exchange.Prompt;
        return true;
    }
}
