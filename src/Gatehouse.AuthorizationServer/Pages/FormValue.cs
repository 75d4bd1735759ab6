namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>
/// A value of ours in an attribute that a form sends back. It must return as it was written, so only markup is escaped in it. Text from outside is
/// never one.
/// </summary>
/// <param name="Text">The value.</param>
internal readonly record struct FormValue(string Text);
