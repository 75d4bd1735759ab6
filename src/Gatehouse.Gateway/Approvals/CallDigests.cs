using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Gateway.Definitions;
using Gatehouse.Pipeline.Approve;
using Gatehouse.Storage;

namespace Gatehouse.Gateway.Approvals;

/// <summary>
/// Keyed digests of calls and persons. They are keyed wherever they are written: a plain hash in a log or a store would let its reader try out
/// arguments and names.
/// </summary>
/// <remarks>
/// Each method returns a digest for each key of the ring, the newest first: a question of the time before a rotation is found by its key.
/// </remarks>
internal class CallDigests(KeyRing keys)
{
    private const string Purpose = "approval-digest/v1";

    private volatile DerivedKeys? derived;

    /// <summary>Makes digests with the keys of others.</summary>
    protected CallDigests(CallDigests others)
        : this(others.Ring)
    {
    }

    private KeyRing Ring => keys;

    /// <summary>Digests of a call together with the rules that ask about it: an approval counts for nothing else.</summary>
    public virtual IReadOnlyList<ReadOnlyMemory<byte>> OfApproval(AskedCall call) => Of("approval", output =>
        call.WriteTo(output, ServerIdentities.Of(call.Server).Source.ToString(), withRules: true));

    /// <summary>Digests of a confirmation of a call: with the rules that ask, and the id of the question. An equal call has another one.</summary>
    public virtual IReadOnlyList<ReadOnlyMemory<byte>> OfConfirmation(AskedCall call, string id) => Of("confirmation", output =>
    {
        call.WriteTo(output, ServerIdentities.Of(call.Server).Source.ToString(), withRules: true);
        AskedCall.WriteText(output, id);
    });

    /// <summary>Digests of a call, whatever asks about it: a released result answers no other one.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> OfCall(AskedCall call) => Of("call", output =>
        call.WriteTo(output, ServerIdentities.Of(call.Server).Source.ToString(), withRules: false));

    /// <summary>
    /// Digests of a call without the value of its path, together with the rules that ask about it: a remembered answer for a folder counts for it.
    /// </summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> OfRest(AskedCall rest) => Of("rest", output =>
        rest.WriteTo(output, ServerIdentities.Of(rest.Server).Source.ToString(), withRules: true));

    /// <summary>Digests of what calls of one kind have in common: caller, client, server, method and target.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> OfKind(AskedCall call) => OfKind("kind", call);

    /// <summary>
    /// Digests of what confirmed calls of one kind have in common. Threat: a program at the client confirms its call, and approvers see it as
    /// the last one that was approved. So these differ from those of <see cref="OfKind(AskedCall)"/>.
    /// </summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> OfConfirmedKind(AskedCall call) => OfKind("confirmed-kind", call);

    private IReadOnlyList<ReadOnlyMemory<byte>> OfKind(string kind, AskedCall call) => OfTexts(
        kind, call.Caller.Issuer, call.Caller.Subject, call.Caller.ClientId, call.Server.Name, ServerIdentities.Of(call.Server).Source.ToString(),
        call.Method, call.Target);

    /// <summary>Digests of a caller as a party to bounds: issuer and subject, whatever the client.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> OfParty(string issuer, string subject) => OfTexts("party", issuer, subject);

    /// <summary>Digests of a person who answers.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> OfPerson(string issuer, string subject) => OfTexts("person", issuer, subject);

    /// <summary>Digest of the people who can answer a question, by the newest key: people of the same rules share a bound.</summary>
    public ReadOnlyMemory<byte> OfApproverSet(IEnumerable<string> names) => OfTexts("approvers", [.. names])[0];

    /// <summary>Digests of a person who takes a right back: the act takes the place of no answer of that person.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> OfRevoker(string issuer, string subject) => OfTexts("revoker", issuer, subject);

    /// <summary>Digests of a right of a person: it is asked for, or held, at most once.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> OfAccess(string issuer, string subject, string rule) => OfTexts("access", issuer, subject, rule);

    /// <summary>Digests of a person as a party to the bounds of requests for rights, which calls do not use up.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> OfAccessParty(string issuer, string subject) => OfTexts("access-party", issuer, subject);

    /// <summary>Digests of an act of administration of a person, with all its parameters and the text of the obligation that asks.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> OfAct(string issuer, string subject, ReadOnlyMemory<byte> parameters, string obligation) =>
        OfTexts("act", issuer, subject, Encoding.UTF8.GetString(parameters.Span), obligation);

    /// <summary>Digests of a person as a party to the bounds of questions about acts, which calls and rights do not use up.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> OfActParty(string issuer, string subject) => OfTexts("act-party", issuer, subject);

    /// <summary>Digests of a caller as a party to the bounds of confirmations, which approvals do not use up.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> OfConfirmationParty(string issuer, string subject) => OfTexts("confirmation-party", issuer, subject);

    private IReadOnlyList<ReadOnlyMemory<byte>> OfTexts(string kind, params ReadOnlySpan<string?> texts)
    {
        var all = texts.ToArray();
        return Of(kind, output =>
        {
            foreach (var text in all) AskedCall.WriteText(output, text);
        });
    }

    private IReadOnlyList<ReadOnlyMemory<byte>> Of(string kind, Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        output.Write(Encoding.UTF8.GetBytes(kind));
        output.Write("\n"u8);
        write(output);
        return [.. Keys().Select(key => (ReadOnlyMemory<byte>)HMACSHA256.HashData(key, output.WrittenSpan))];
    }

    private IReadOnlyList<byte[]> Keys()
    {
        var newest = Ring.NewestId;
        if (derived is { } made && made.Newest == newest) return made.Keys;
        var all = Ring.DeriveKeys(Purpose, [], HMACSHA256.HashSizeInBytes);
        derived = new DerivedKeys(newest, all);
        return all;
    }

    private sealed record DerivedKeys(string Newest, IReadOnlyList<byte[]> Keys);
}
