using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Integrity.Locks;

/// <summary>Changes to a lock. Each makes a new lock and leaves the old one as it is.</summary>
public static class LockEdit
{
    /// <summary>Puts definitions of a server in the lock, as they were observed.</summary>
    /// <param name="file">The lock.</param>
    /// <param name="observed">The server. Its attributes are pinned again.</param>
    /// <param name="chosen">The selected definitions.</param>
    /// <param name="approval">The person who approved them; null adds them for a person to approve later.</param>
    /// <param name="changing">Texts that may change from now on, in addition to those that may already.</param>
    /// <returns>The lock. If the server comes from another source than before, none of its old definitions stay: it is another server.</returns>
    public static LockFile Put(LockFile file, ObservedServer observed, Func<ServerDefinition, bool> chosen, Approval? approval,
        IReadOnlyList<LockedVolatility>? changing = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(observed);
        var before = file.Find(observed.Name);
        if (before is not null && !before.Source.Names(observed.Identity.Source))
            before = null;
        LockedVolatility[] allowed =
            [.. (before?.Volatile ?? []).Where(old => changing?.Any(one => SameText(one.Rule, old.Rule)) != true), .. changing ?? []];
        VolatileRule[] rules = [.. allowed.Select(one => one.Rule)];
        Dictionary<(DefinitionKind, string), LockedDefinition> definitions = before?.Definitions.Select(one => Under(one, rules))
            .ToDictionary(one => (one.Definition.Kind, one.Definition.Name)) ?? [];
        foreach (var definition in observed.Definitions.Where(chosen))
            definitions[(definition.Kind, definition.Name)] = new LockedDefinition(definition, DefinitionDigest.Of(definition, rules), approval);
        // A signature is over the source as it was written. A source that names no path stays as long as something signed stays.
        var isSigned = definitions.Values.Any(one => one.Approval is { Signatures.Count: > 0 });
        var server = new LockedServer(observed.Name, isSigned && before is not null
            ? before.Source : observed.Identity.Source, [.. definitions.Values])
        {
            Version = observed.Identity.Version,
            Integrity = before?.Integrity,
            Command = observed.Identity.Command,
            Volatile = allowed,
        };
        return Replace(file, server);
    }

    // The approval was for another digest, and does not pass to a looser one.
    private static LockedDefinition Under(LockedDefinition one, VolatileRule[] rules)
    {
        var digest = DefinitionDigest.Of(one.Definition, rules);
        return digest == one.Digest ? one : one with { Digest = digest, Approval = null };
    }

    private static bool SameText(VolatileRule one, VolatileRule other) =>
        one.Kind == other.Kind && one.Name == other.Name && one.Pointer == other.Pointer;

    /// <summary>Revokes approvals. The definitions stay, so that a later difference can be shown.</summary>
    /// <param name="file">The lock.</param>
    /// <param name="what">The definitions.</param>
    /// <param name="count">The number of approvals that were revoked.</param>
    public static LockFile Revoke(LockFile file, DefinitionRef what, out int count)
    {
        ArgumentNullException.ThrowIfNull(what);
        return Change(file, what, one => one.Approval is null ? one : one with { Approval = null }, out count);
    }

    /// <summary>Adds a signature to approvals that are there.</summary>
    /// <param name="file">The lock.</param>
    /// <param name="what">The definitions.</param>
    /// <param name="sign">The signer of a statement.</param>
    /// <param name="count">The number of approvals that were signed.</param>
    public static LockFile Sign(LockFile file, DefinitionRef what, Func<byte[], ApprovalSignature> sign, out int count)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(what);
        ArgumentNullException.ThrowIfNull(sign);
        var server = file.Find(what.Server);
        return Change(file, what, Signed, out count);

        LockedDefinition Signed(LockedDefinition one)
        {
            if (one.Approval is not { } approval)
                return one;
            var signature = sign(ApprovalStatement.Bytes(server!.Name, server.Source, one.Definition, one.Digest, approval.Expires));
            return one with { Approval = approval with { Signatures = [.. approval.Signatures.Where(old => old.Key != signature.Key), signature] } };
        }
    }

    private static LockFile Change(LockFile file, DefinitionRef what, Func<LockedDefinition, LockedDefinition> change, out int count)
    {
        ArgumentNullException.ThrowIfNull(file);
        var changed = 0;
        if (file.Find(what.Server) is not { } server)
        {
            count = 0;
            return file;
        }

        LockedDefinition[] definitions =
            [.. server.Definitions.Select(one => what.Means(server.Name, one.Definition.Kind, one.Definition.Name) ? Changed(one) : one)];
        count = changed;
        return Replace(file, server with { Definitions = definitions });

        LockedDefinition Changed(LockedDefinition one)
        {
            var now = change(one);
            changed += ReferenceEquals(now, one) ? 0 : 1;
            return now;
        }
    }

    private static LockFile Replace(LockFile file, LockedServer server) =>
        new([.. file.Servers.Where(one => one.Name != server.Name), server]);
}
