using System.Text.Json.Serialization;

namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>The sealed facts of a sign-in as JSON, by generated code.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SignInState))]
[JsonSerializable(typeof(Confirmation))]
[JsonSerializable(typeof(ConsentForm))]
[JsonSerializable(typeof(PersonSession))]
[JsonSerializable(typeof(LastAccount))]
internal sealed partial class SignInJson : JsonSerializerContext;
