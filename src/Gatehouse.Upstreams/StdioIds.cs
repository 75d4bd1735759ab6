using System.Globalization;
using System.Text;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Edits;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Upstreams;

/// <summary>The translation of ids, progress tokens and subscription ids between a client's message and a child's channel.</summary>
internal static class StdioIds
{
    /// <summary>Returns a client's request with our id, and our progress token if it has one.</summary>
    public static ValidatedMessage ToChild(ValidatedMessage request, long key, MessageLimits limits)
    {
        var ours = Number(key);
        var splice = new MessageSplice(request);
        splice.Replace(request.Range(EnvelopeMember.Id), ours);
        if (request.Has(EnvelopeMember.MetaProgressToken)) splice.Replace(request.Range(EnvelopeMember.MetaProgressToken), ours);
        return splice.ApplyAndValidate(limits);
    }

    /// <summary>Returns a child's response with the client's id.</summary>
    public static ValidatedMessage ToClient(ValidatedMessage response, ValidatedMessage request, MessageLimits limits)
    {
        var splice = new MessageSplice(response);
        splice.Replace(response.Range(EnvelopeMember.Id), request.Id.Raw);
        if (response.Has(EnvelopeMember.MetaSubscriptionId)) splice.Replace(response.Range(EnvelopeMember.MetaSubscriptionId), request.Id.Raw);
        return splice.ApplyAndValidate(limits);
    }

    /// <summary>Returns a child's cancellation with the client's id of the request.</summary>
    public static ValidatedMessage CancelledToClient(ValidatedMessage cancelled, ValidatedMessage request, MessageLimits limits)
    {
        var splice = new MessageSplice(cancelled);
        splice.Replace(cancelled.Range(EnvelopeMember.ParamsRequestId), request.Id.Raw);
        if (cancelled.Has(EnvelopeMember.MetaSubscriptionId)) splice.Replace(cancelled.Range(EnvelopeMember.MetaSubscriptionId), request.Id.Raw);
        return splice.ApplyAndValidate(limits);
    }

    /// <summary>Returns a child's notification with the client's progress token or subscription id at the slot.</summary>
    public static ValidatedMessage Restore(ValidatedMessage notification, EnvelopeMember slot, ReadOnlyMemory<byte> token, MessageLimits limits)
    {
        var splice = new MessageSplice(notification);
        splice.Replace(notification.Range(slot), token);
        return splice.ApplyAndValidate(limits);
    }

    /// <summary>Returns a client's cancellation with our id of the request.</summary>
    public static ValidatedMessage WithRequestId(ValidatedMessage cancelled, long key, MessageLimits limits) =>
        Restore(cancelled, EnvelopeMember.ParamsRequestId, Number(key), limits);

    /// <summary>Returns our id at the slot; null when the slot contains anything else.</summary>
    public static long? KeyAt(ValidatedMessage message, EnvelopeMember slot)
    {
        if (!message.Has(slot)) return null;
        var raw = message.Raw(slot);
        // A server may write our number as a string in a subscription id. All keys are numbers, so the string is unambiguous.
        if (slot == EnvelopeMember.MetaSubscriptionId && raw is [(byte)'"', .., (byte)'"']) raw = raw[1..^1];
        return long.TryParse(raw, NumberStyles.None, CultureInfo.InvariantCulture, out var key) ? key : null;
    }

    /// <summary>Returns the client's own progress token.</summary>
    public static ReadOnlyMemory<byte> ProgressToken(ValidatedMessage request) => request.Bytes.At(request.Range(EnvelopeMember.MetaProgressToken));

    private static byte[] Number(long key) => Encoding.ASCII.GetBytes(key.ToString(CultureInfo.InvariantCulture));
}
