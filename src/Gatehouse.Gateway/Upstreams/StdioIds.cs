using System.Globalization;
using System.Text;
using Gatehouse.Pipeline.Inspection;
using Gatehouse.Protocol;

namespace Gatehouse.Gateway.Upstreams;

/// <summary>Exchanges ids, progress tokens and subscription ids between a client's message and a child's channel.</summary>
internal static class StdioIds
{
    /// <summary>A client's request with our id, and our progress token where it has one.</summary>
    public static ProvenMessage ToChild(ProvenMessage request, long key, ProofLimits limits)
    {
        var ours = Number(key);
        var splice = new MessageSplice(request);
        splice.Replace(request.Range(Slot.Id), ours);
        if (request.Has(Slot.MetaProgressToken)) splice.Replace(request.Range(Slot.MetaProgressToken), ours);
        return splice.ApplyAndProve(limits);
    }

    /// <summary>A child's response with the client's id.</summary>
    public static ProvenMessage ToClient(ProvenMessage response, ProvenMessage request, ProofLimits limits)
    {
        var splice = new MessageSplice(response);
        splice.Replace(response.Range(Slot.Id), request.Id.Raw);
        if (response.Has(Slot.MetaSubscriptionId)) splice.Replace(response.Range(Slot.MetaSubscriptionId), request.Id.Raw);
        return splice.ApplyAndProve(limits);
    }

    /// <summary>A child's notification with the client's progress token or subscription id at the slot.</summary>
    public static ProvenMessage Restore(ProvenMessage notification, Slot slot, ReadOnlyMemory<byte> token, ProofLimits limits)
    {
        var splice = new MessageSplice(notification);
        splice.Replace(notification.Range(slot), token);
        return splice.ApplyAndProve(limits);
    }

    /// <summary>A client's cancellation with our id of the request.</summary>
    public static ProvenMessage WithRequestId(ProvenMessage cancelled, long key, ProofLimits limits) =>
        Restore(cancelled, Slot.ParamsRequestId, Number(key), limits);

    /// <summary>Our id at the slot; null when there is something else.</summary>
    public static long? KeyAt(ProvenMessage message, Slot slot)
    {
        if (!message.Has(slot)) return null;
        var raw = message.Raw(slot);
        // A server may write our number as a string, where it stamps a subscription; all keys are numbers, so it can mean no other.
        if (slot == Slot.MetaSubscriptionId && raw is [(byte)'"', .., (byte)'"']) raw = raw[1..^1];
        return long.TryParse(raw, NumberStyles.None, CultureInfo.InvariantCulture, out var key) ? key : null;
    }

    /// <summary>The client's own progress token.</summary>
    public static ReadOnlyMemory<byte> ProgressToken(ProvenMessage request) => request.Bytes.At(request.Range(Slot.MetaProgressToken));

    private static byte[] Number(long key) => Encoding.ASCII.GetBytes(key.ToString(CultureInfo.InvariantCulture));
}
