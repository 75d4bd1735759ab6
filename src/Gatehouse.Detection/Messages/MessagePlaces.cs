namespace Gatehouse.Detection.Messages;

/// <summary>What places have in common.</summary>
public static class MessagePlaces
{
    /// <summary>
    /// Returns whether a message can hold a notice before its content in this place. What a client sends is read by a server, and values that
    /// complete an argument have no room for other words.
    /// </summary>
    public static bool HoldsNotice(MessagePlace place) =>
        place is not (MessagePlace.Argument or MessagePlace.Answer or MessagePlace.Completion or MessagePlace.Other);
}
