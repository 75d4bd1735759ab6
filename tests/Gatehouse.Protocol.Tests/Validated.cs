using System.Text;
using Gatehouse.Protocol.Validation;

namespace Gatehouse.Protocol.Tests;

/// <summary>Shorthand of the tests for proving text.</summary>
internal static class Validated
{
    public static ValidatedMessage Message(string json) => Message(Encoding.UTF8.GetBytes(json));

    public static ValidatedMessage Message(byte[] json)
    {
        var isValid = MessageValidator.TryValidate(json, MessageLimits.Default, out var message, out var failure);
        Assert.True(isValid, $"{failure}: {Encoding.UTF8.GetString(json)}");
        return message!;
    }

    public static MessageFault Fault(string json, MessageLimits? limits = null) => Fault(Encoding.UTF8.GetBytes(json), limits);

    public static MessageFault Fault(byte[] json, MessageLimits? limits = null)
    {
        var isValid = MessageValidator.TryValidate(json, limits ?? MessageLimits.Default, out var message, out var failure);
        Assert.Equal(isValid, message is not null);
        Assert.Equal(isValid, failure.Fault == MessageFault.None);
        return failure.Fault;
    }
}
